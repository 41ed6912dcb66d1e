package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
)

// withoutMedia is what every report of a simulated node says of itself.
const withoutMedia = "no media: the path of packets forwards nothing, and there are no sockets, no signaling and no encryption"

// nodeReport is what a simulation of a node found. Times are in milliseconds
// unless a name says otherwise.
type nodeReport struct {
	Simulation   simulation `json:"simulation"`
	Note         string     `json:"note"`
	Rooms        int        `json:"rooms"`
	Participants int        `json:"participants_each"`
	Redis        string     `json:"redis_version"`
	Interrupted  bool       `json:"interrupted"`
	Unfilled     int        `json:"rooms_not_filled"`

	Filling  float64 `json:"filling_s"`
	Rested   float64 `json:"rested_s"`
	Measured float64 `json:"measured_s"`

	Commands  uint64  `json:"commands"`
	PerSecond float64 `json:"commands_per_second"`
	Took      spread  `json:"command"`
	Shown     float64 `json:"views_per_command"`
	Told      uint64  `json:"texts_told"`

	CPU        float64 `json:"cpu_s"`
	Cores      float64 `json:"cores"`
	RestCores  float64 `json:"cores_at_rest"` // renewals alone
	Micros     float64 `json:"cpu_us_per_command"`
	RestMicros float64 `json:"cpu_us_per_room_second_at_rest"`
	RedisCPU   float64 `json:"redis_cpu_s"`

	PerRoom        float64 `json:"heap_and_stacks_per_room_bytes"`
	PerParticipant float64 `json:"heap_and_stacks_per_participant_bytes"`
	RSS            float64 `json:"rss_bytes"`
	Goroutines     [5]int  `json:"goroutines"` // empty, full, rested, asked, closed

	Wrong  int            `json:"people_shown_wrongly"` // at the end
	Failed map[string]int `json:"failed"`

	Machine machine `json:"machine"`
	Load    float64 `json:"load_average"`
}

func newNodeReport(r *nodeRun, m [5]state, wrong int, cut bool) *nodeReport {
	rest, took := m[2].at.Sub(m[1].at).Seconds(), m[3].at.Sub(m[2].at).Seconds()
	rep := &nodeReport{
		Simulation: r.simulate, Note: withoutMedia, Rooms: r.options.rooms, Participants: r.participants, Redis: m[3].redis.Version,
		Interrupted: cut, Unfilled: int(r.unfilled.Load()),
		Filling: m[1].at.Sub(m[0].at).Seconds(), Rested: rest, Measured: took,
		Commands: m[3].commands - m[2].commands, Took: spreadOf(&r.took), Told: m[3].told - m[2].told,
		CPU: m[3].cpu - m[2].cpu, RedisCPU: m[3].redis.CPU - m[2].redis.CPU,
		RestCores: share(m[2].cpu-m[1].cpu, rest), RSS: m[3].rss, Wrong: wrong, Failed: r.failed.all(),
		Machine: machine{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()}, Load: loadAverage(),
	}
	commands := float64(rep.Commands)
	rep.PerSecond, rep.Cores = share(commands, took), share(rep.CPU, took)
	rep.Micros = 1e6 * share(max(rep.CPU-rep.RestCores*took, 0), commands)
	rep.RestMicros = 1e6 * share(rep.RestCores, float64(rep.Rooms))
	rep.Shown = share(float64(m[3].shown-m[2].shown), commands)
	rep.PerRoom = share(m[1].heap-m[0].heap, float64(rep.Rooms))
	rep.PerParticipant = share(rep.PerRoom, float64(rep.Participants))
	for i := range m {
		rep.Goroutines[i] = m[i].goroutines
	}
	return rep
}

// complete tells whether all rooms were filled, every command was done and
// everybody saw what they should.
func (r *nodeReport) complete() bool {
	return !r.Interrupted && r.Unfilled == 0 && len(r.Failed) == 0 && r.Wrong == 0 && r.Commands > 0
}

// write prints the report, for people or as JSON.
func (r *nodeReport) write(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range r.lines() {
		fmt.Fprintln(t, line)
	}
	return t.Flush()
}

func (r *nodeReport) lines() []string {
	lines := []string{
		fmt.Sprintf("%d rooms of %d on one node, Redis %s, filled in %.1f s, measured for %.1f s%s", r.Rooms, r.Participants, r.Redis, r.Filling, r.Measured,
			map[bool]string{true: ", interrupted"}[r.Interrupted]),
		r.Note, "", "milliseconds\tp50\tp95\tp99\tmost\tof", spreadLine("a command, to its answer", r.Took), "",
		fmt.Sprintf("commands\t%d, %.0f a second; each is shown to %.1f people, %d texts told", r.Commands, r.PerSecond, r.Shown, r.Told),
		fmt.Sprintf("node\t%.2f CPU s, %.2f cores, %.3f at rest: %.0f us a command, and %.0f us a second for each room at rest", r.CPU, r.Cores, r.RestCores, r.Micros, r.RestMicros),
		fmt.Sprintf("redis\t%.2f CPU s meanwhile", r.RedisCPU),
		fmt.Sprintf("memory\t%.1f kB a room, %.2f kB a participant; %.1f MB resident with the generator", r.PerRoom/1e3, r.PerParticipant/1e3, r.RSS/1e6),
		fmt.Sprintf("goroutines\t%d empty, %d full, %d after the commands, %d after the end", r.Goroutines[0], r.Goroutines[1], r.Goroutines[3], r.Goroutines[4]),
		machineLine(r.Machine, r.Load),
	}
	if r.Unfilled > 0 || r.Wrong > 0 {
		lines = append(lines, "", fmt.Sprintf("rooms that could not be filled: %d; people shown wrongly: %d", r.Unfilled, r.Wrong))
	}
	for _, code := range sortedCodes(r.Failed) {
		lines = append(lines, fmt.Sprintf("failed: %d x %s", r.Failed[code], code))
	}
	return lines
}
