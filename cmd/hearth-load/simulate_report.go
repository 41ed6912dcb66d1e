package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
)

// presenceReport is what a simulation of Redis found. Times are in
// milliseconds unless a name says otherwise.
type presenceReport struct {
	Simulation   simulation `json:"simulation"`
	Rooms        int        `json:"rooms"`
	Participants int        `json:"participants_each"`
	Nodes        int        `json:"nodes"`
	Events       float64    `json:"events_a_minute"` // asked for, of each room
	Redis        string     `json:"redis_version"`
	AppendOnly   bool       `json:"append_only"`
	Interrupted  bool       `json:"interrupted"`
	Unfilled     int        `json:"rooms_not_filled"`

	Filling  redisCost `json:"filling"`
	Measured redisCost `json:"measured"`

	BytesPerRoom   float64 `json:"bytes_per_room"`
	BytesPerPerson float64 `json:"bytes_per_person"`
	Memory         float64 `json:"memory_bytes"` // of the data, at the most seen
	RSS            float64 `json:"rss_bytes"`

	Calls    map[string]spread `json:"calls"`    // measured, by kind
	Renewals spread            `json:"renewals"` // from when they were due to the answer
	Lapsed   uint64            `json:"leases_lapsed"`
	Happened uint64            `json:"events"`
	PerCore  float64           `json:"rooms_per_redis_core"` // that one core of Redis' main thread would carry, renewed in time
	Failed   map[string]int    `json:"failed"`               // while measured
	Evicted  float64           `json:"evicted_keys"`

	Generator ownCost `json:"generator"`
	Machine   machine `json:"machine"`
	Load      float64 `json:"load_average"` // of the machine at the end, over a minute; 0 where it is not known
}

// redisCost is what a part of a run cost Redis.
type redisCost struct {
	Seconds   float64 `json:"seconds"`
	Calls     uint64  `json:"calls"`
	PerSecond float64 `json:"calls_per_second"`
	CPU       float64 `json:"cpu_s"`
	Cores     float64 `json:"cores"`
	MainCores float64 `json:"cores_main_thread"`
	Rewriting float64 `json:"cpu_s_rewriting_file"`
	Micros    float64 `json:"cpu_us_per_call"`
	InMbit    float64 `json:"in_mbit_s"`
	OutMbit   float64 `json:"out_mbit_s"`
	Appended  float64 `json:"appended_bytes_s"`
}

func newPresenceReport(r *presenceRun, before, full, after moment, cut bool) *presenceReport {
	m := &r.parts[partMeasured]
	rep := &presenceReport{
		Simulation: r.simulate, Rooms: len(r.rooms), Participants: r.participants, Nodes: r.nodes, Events: r.events,
		Redis: after.redis.Version, AppendOnly: r.appendOnly, Interrupted: cut, Unfilled: int(r.unfilled.Load()),
		Filling: redisCostOf(&r.parts[partFilling], before, full), Measured: redisCostOf(m, full, after),
		RSS: after.redis.RSS, Calls: map[string]spread{}, Renewals: spreadOf(&m.late),
		Lapsed: m.lapsed.Load(), Happened: m.events.Load(), Failed: m.failed.all(), Evicted: after.redis.Evicted - before.redis.Evicted,
		Generator: ownCost{after.cpu - full.cpu, runtime.NumGoroutine()},
		Machine:   machine{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()}, Load: loadAverage(),
	}
	grown := after.redis.Memory - before.redis.Memory
	rep.BytesPerRoom = share(grown, float64(rep.Rooms-rep.Unfilled))
	rep.BytesPerPerson = share(rep.BytesPerRoom, float64(rep.Participants))
	r.mu.Lock()
	rep.Memory = max(r.peak, after.redis.Memory) - before.redis.Memory
	r.mu.Unlock()
	for kind := range callKinds {
		if s := spreadOf(&m.kinds[kind]); s.Count > 0 {
			rep.Calls[callNames[kind]] = s
		}
	}
	rep.PerCore = share(1, rep.Measured.mainPerCall()*r.callsOfRoom())
	return rep
}

// mainPerCall is what a call took of the main thread, in seconds.
func (c *redisCost) mainPerCall() float64 { return share(c.MainCores, c.PerSecond) }

// callsOfRoom is how many calls a second a room makes that is renewed in time,
// whether or not these were.
func (r *presenceRun) callsOfRoom() float64 {
	m := &r.parts[partMeasured]
	others := float64(m.total()) - float64(m.late.count()) - float64(m.kinds[callAnnounce].count())
	return 1/renewEvery.Seconds() + r.events/60*share(others, float64(m.events.Load()))
}

func redisCostOf(c *calls, from, to moment) redisCost {
	took, n, cpu := to.at.Sub(from.at).Seconds(), c.total(), to.redis.CPU-from.redis.CPU
	return redisCost{
		Seconds: took, Calls: n, PerSecond: share(float64(n), took), CPU: cpu, Cores: share(cpu, took),
		MainCores: share(to.redis.Main-from.redis.Main, took), Rewriting: to.redis.Children - from.redis.Children,
		Micros: 1e6 * share(cpu, float64(n)),
		InMbit: 8e-6 * share(to.redis.In-from.redis.In, took), OutMbit: 8e-6 * share(to.redis.Out-from.redis.Out, took),
		Appended: share(to.appended-from.appended, took),
	}
}

// complete tells whether all rooms lived all the time and Redis did what it
// should.
func (r *presenceReport) complete() bool {
	return !r.Interrupted && r.Unfilled == 0 && r.Lapsed == 0 && len(r.Failed) == 0 && r.Evicted == 0 && r.Measured.Calls > 0
}

// write prints the report, for people or as JSON.
func (r *presenceReport) write(w io.Writer, asJSON bool) error {
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

func (r *presenceReport) lines() []string {
	m := r.Measured
	lines := []string{
		fmt.Sprintf("%d rooms of %d on %d nodes, Redis %s%s, filled in %.1f s, measured for %.1f s%s", r.Rooms, r.Participants, r.Nodes, r.Redis,
			map[bool]string{true: " with its append-only file"}[r.AppendOnly], r.Filling.Seconds, m.Seconds, map[bool]string{true: ", interrupted"}[r.Interrupted]),
		"", "milliseconds\tp50\tp95\tp99\tmost\tof",
		spreadLine("renewals, from when they were due", r.Renewals),
	}
	for kind := range callKinds {
		if s, there := r.Calls[callNames[kind]]; there {
			lines = append(lines, spreadLine("  "+callNames[kind]+", the call", s))
		}
	}
	lines = append(lines, "", "redis\tcalls\tcalls/s\tCPU us a call\tcores\tof them main thread\tMbit/s in\tout\tMB/s appended",
		costLine("while filling", r.Filling), costLine("measured", m), "",
		fmt.Sprintf("memory\t%.0f bytes a room, %.0f a person; %.1f MB of rooms at the most, %.1f MB resident", r.BytesPerRoom, r.BytesPerPerson, r.Memory/1e6, r.RSS/1e6),
		fmt.Sprintf("one core\tof Redis' main thread would carry %.0f such rooms", r.PerCore))
	if m.Rewriting > 0 {
		lines = append(lines, fmt.Sprintf("beside\t%.1f CPU s for writing the append-only file anew", m.Rewriting))
	}
	lines = append(lines, fmt.Sprintf("happened\t%d things in rooms besides renewals", r.Happened),
		fmt.Sprintf("generator\t%.2f CPU s, %d goroutines", r.Generator.CPU, r.Generator.Goroutines), machineLine(r.Machine, r.Load))
	return append(lines, r.troubles()...)
}

func (r *presenceReport) troubles() (lines []string) {
	for _, c := range []struct {
		what string
		n    int
	}{{"rooms that could not be filled", r.Unfilled}, {"leases renewed later than " + leaseLife.String(), int(r.Lapsed)}, {"keys that Redis threw away for want of memory", int(r.Evicted)}} {
		if c.n > 0 {
			lines = append(lines, fmt.Sprintf("%s: %d", c.what, c.n))
		}
	}
	for _, code := range sortedCodes(r.Failed) {
		lines = append(lines, fmt.Sprintf("failed: %d x %s", r.Failed[code], code))
	}
	if len(lines) > 0 {
		lines = append([]string{""}, lines...)
	}
	return lines
}

func spreadLine(what string, s spread) string {
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%d", what, round(s.P50), round(s.P95), round(s.P99), round(s.Max), s.Count)
}

func costLine(what string, c redisCost) string {
	return fmt.Sprintf("%s\t%d\t%.0f\t%.0f\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f", what, c.Calls, c.PerSecond, c.Micros, c.Cores, c.MainCores, c.InMbit, c.OutMbit, c.Appended/1e6)
}

func machineLine(m machine, load float64) string {
	line := fmt.Sprintf("machine\t%s/%s, %d cores, %s", m.OS, m.Arch, m.Cores, m.Go)
	if load > 0 {
		line += fmt.Sprintf(", load %.1f at the end", load)
	}
	return line
}
