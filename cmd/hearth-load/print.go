package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// write prints the report, for people or as JSON.
func (r *report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range slices.Concat(r.heading(), r.times(), r.completeness(), r.cost(), r.troubles()) {
		fmt.Fprintln(t, line)
	}
	return t.Flush()
}

func (r *report) heading() []string {
	lines := []string{fmt.Sprintf("%d of %d people in %d room(s), all in after %.1f s, measured for %.1f s",
		r.In, r.Participants, r.Rooms, r.Filling, r.Measured)}
	if r.Interrupted {
		lines[0] += ", interrupted"
	}
	if r.Returns > 0 {
		lines = append(lines, fmt.Sprintf("%d left and came back", r.Returns))
	}
	return append(lines, "")
}

// times are the distributions, one a line.
func (r *report) times() []string {
	lines := []string{"milliseconds\tp50\tp95\tp99\tmost\tof"}
	for _, c := range []struct {
		what string
		s    spread
	}{
		{"admission to the first picture", r.FirstPicture},
		{"admission to everybody's", r.AllPictures},
		{"sound, one way", r.LatencySound},
		{"pictures, one way", r.LatencyVideo},
		{"longest silence of each listener", r.Gaps},
		{"  the generator's own part of it", r.SenderPauses},
		{"mute to silence", r.MuteToSilence},
	} {
		if c.s.Count > 0 {
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%d",
				c.what, round(c.s.P50), round(c.s.P95), round(c.s.P99), round(c.s.Max), c.s.Count))
		}
	}
	return append(lines, "")
}

func (r *report) completeness() []string {
	lines := []string{"packets\treceived\trepaired\tlost\tshare lost"}
	for _, c := range []struct {
		what string
		s    streams
	}{{"sound", r.Sound}, {"pictures", r.Video}} {
		lines = append(lines, fmt.Sprintf("%s\t%d\t%d\t%d\t%.3f%%", c.what, c.s.Received, c.s.Repaired, c.s.Lost, c.s.LostShare))
	}
	if r.Injected > 0 {
		lines = append(lines, fmt.Sprintf("lost on purpose on the way down, repetitions included: %d", r.Injected))
	}
	if r.Storms > 0 {
		lines = append(lines, fmt.Sprintf("mute storms: %d; packets heard though sent after the answer: %d", r.Storms, r.Leaks))
	}
	return append(lines, "")
}

func (r *report) cost() []string {
	var lines []string
	if s := r.Server; s != nil {
		lines = append(lines,
			fmt.Sprintf("server\t%.2f CPU s, %.2f cores", s.CPU, s.Cores),
			fmt.Sprintf("\t%.0f packets in, %.0f forwarded: %.0f forwarded per CPU second, %.1f us each", s.In, s.Forwarded, s.PerCPUSecond, s.Micros),
			fmt.Sprintf("\t%.1f MB resident at the end, %.1f as it began, %.1f before: %.2f MB a participant", s.RSS/1e6, s.RSSStart/1e6, s.RSSBefore/1e6, s.PerPerson/1e6),
			fmt.Sprintf("\tgoroutines %d before, %d as it began, %d at its end, %d after", s.Goroutines[0], s.Goroutines[1], s.Goroutines[2], s.Goroutines[3]))
		if s.SendCalls > 0 {
			lines = append(lines, fmt.Sprintf("\t%.0f datagrams in %.0f system calls: %.1f each; %.0f lost at its socket", s.Datagrams, s.SendCalls, s.PerCall, s.Unsent))
		}
		lines = append(lines, fmt.Sprintf("\t%.0f repetitions, %.0f pictures begun from a kept keyframe, %.0f paused at the end", s.RTX, s.Replays, s.Paused))
		if s.PeersLeftOver > 0 {
			lines = append(lines, fmt.Sprintf("\t%d connections not taken down after %s", s.PeersLeftOver, calmWait))
		}
	}
	return append(lines,
		fmt.Sprintf("generator\t%.2f CPU s, %d goroutines", r.Generator.CPU, r.Generator.Goroutines),
		fmt.Sprintf("machine\t%s/%s, %d cores, %s", r.Machine.OS, r.Machine.Arch, r.Machine.Cores, r.Machine.Go))
}

// troubles are what went wrong, with what each means.
func (r *report) troubles() []string {
	var lines []string
	for _, c := range []struct {
		what string
		n    map[string]int
	}{{"could not join", r.Failed}, {"refused", r.Refused}, {"ended by itself", r.Ended}} {
		for _, code := range sortedCodes(c.n) {
			line := fmt.Sprintf("%s: %d x %s", c.what, c.n[code], code)
			if a := advice[code]; a != "" {
				line += " - " + a
			}
			lines = append(lines, line)
		}
	}
	for _, c := range []struct {
		what string
		n    uint64
	}{
		{"voices that somebody never heard", r.SilentVoices},
		{"packets from another room", r.Strays},
		{"packets whose payload is not ours", r.Unreadable},
		{"packets heard of somebody muted", r.Leaks},
	} {
		if c.n > 0 {
			lines = append(lines, fmt.Sprintf("%s: %d", c.what, c.n))
		}
	}
	if r.late() {
		lines = append(lines, fmt.Sprintf("the generator itself was late, by %s ms at the median listener: too many people for the cores it has. Latency, silence and loss above are not the server's alone",
			round(r.SenderPauses.P50)))
	}
	if len(lines) > 0 {
		lines = append([]string{""}, lines...)
	}
	return lines
}

// lateFrom is how long a pause of the generator's own microphones, which send every
// 20 ms, says that it could not keep up, in milliseconds.
const lateFrom = 200

// late tells whether the generator could not keep up.
func (r *report) late() bool { return r.SenderPauses.P50 > lateFrom }

func sortedCodes(n map[string]int) []string {
	var all []string
	for code := range n {
		all = append(all, code)
	}
	slices.Sort(all)
	return all
}

// tallied is "2 full, 1 retry".
func tallied(n map[string]int) string {
	var parts []string
	for _, code := range sortedCodes(n) {
		parts = append(parts, fmt.Sprintf("%d %s", n[code], code))
	}
	return strings.Join(parts, ", ")
}

// ms is a time for a line, in milliseconds.
func ms(d time.Duration) string { return round(millis(d)) + " ms" }

// round keeps about three digits.
func round(v float64) string {
	switch {
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
