package main

import (
	"runtime"
	"time"
)

// report is what a run found out. Its JSON is what --json prints; times are in
// milliseconds unless a name says otherwise.
type report struct {
	Rooms        int     `json:"rooms"`
	Participants int     `json:"participants"` // asked for, in all rooms
	In           int     `json:"in"`           // there at the end of the measurement
	Filling      float64 `json:"filling_s"`    // from the start until everybody was in
	Measured     float64 `json:"measured_s"`
	Interrupted  bool    `json:"interrupted"`

	Joins         uint64         `json:"joins"`   // those of people who came back included
	Returns       uint64         `json:"returns"` // people who left and came back
	Refused       map[string]int `json:"refused"` // by code; a later try may have been good
	Failed        map[string]int `json:"failed"`  // joins that did not come about, by code
	Ended         map[string]int `json:"ended"`   // connections that ended by themselves
	FirstPicture  spread         `json:"first_picture"`
	AllPictures   spread         `json:"all_pictures"`
	LatencySound  spread         `json:"latency_sound"`
	LatencyVideo  spread         `json:"latency_video"`
	Sound         streams        `json:"sound"`
	Video         streams        `json:"video"`
	Injected      uint64         `json:"injected"`      // of the lost, on purpose
	Packets       uint64         `json:"packets"`       // received by all, primary streams
	Gaps          spread         `json:"gaps"`          // the longest silence of each listener
	SenderPauses  spread         `json:"sender_pauses"` // the same at the sender: the generator's own share
	SilentVoices  uint64         `json:"silent_voices"`
	Strays        uint64         `json:"strays"`
	Unreadable    uint64         `json:"unreadable"`
	Storms        uint64         `json:"mute_storms"`
	MuteToSilence spread         `json:"mute_to_silence"`
	Leaks         uint64         `json:"heard_while_muted"`
	Caught        uint64         `json:"pictures_caught_up"` // packets kept for who began to look: in no latency

	Server    *serverCost `json:"server,omitempty"`
	Generator ownCost     `json:"generator"`
	Machine   machine     `json:"machine"`
}

// spread is a distribution of times.
type spread struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

// streams are the packets of one medium, over all listeners.
type streams struct {
	Received  uint64  `json:"received"`
	Repaired  uint64  `json:"repaired"` // missing first, and then sent again
	Lost      uint64  `json:"lost"`     // missing for good
	Duplicate uint64  `json:"duplicate"`
	LostShare float64 `json:"lost_percent"`
}

// serverCost is what the measurement cost the server.
type serverCost struct {
	CPU           float64 `json:"cpu_s"`
	Cores         float64 `json:"cores"` // CPU seconds per second
	In            float64 `json:"packets_in"`
	Forwarded     float64 `json:"packets_forwarded"`
	PerCPUSecond  float64 `json:"forwarded_per_cpu_second"`
	Micros        float64 `json:"cpu_us_per_forwarded_packet"`
	RSSBefore     float64 `json:"rss_before_bytes"`
	RSSStart      float64 `json:"rss_start_bytes"` // when the measurement began
	RSS           float64 `json:"rss_bytes"`       // when it ended
	PerPerson     float64 `json:"rss_per_participant_bytes"`
	Goroutines    [4]int  `json:"goroutines"` // before, as the measurement began, as it ended, after
	PeersLeftOver int     `json:"peers_left_over"`

	Datagrams float64 `json:"datagrams"`  // over UDP; 0 where the server does not tell, as below
	SendCalls float64 `json:"send_calls"` // system calls they took
	PerCall   float64 `json:"datagrams_per_call"`
	Unsent    float64 `json:"unsent"`  // lost at the server's own socket
	RTX       float64 `json:"rtx"`     // repetitions sent
	Replays   float64 `json:"replays"` // pictures begun from a kept keyframe, since before the first join
	Paused    float64 `json:"paused"`  // pictures that somebody was not shown at the end
}

// ownCost is what the generator itself needed.
type ownCost struct {
	CPU        float64 `json:"cpu_s"`
	Goroutines int     `json:"goroutines"`
}

type machine struct {
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Cores int    `json:"cores"`
	Go    string `json:"go"`
}

func newReport(l *load, m *measurement) report {
	t := l.tally
	return report{
		Rooms: len(l.circles), Participants: l.people(), In: m.in,
		Filling: m.began.Seconds(), Measured: m.took.Seconds(), Interrupted: m.cut,
		Joins: t.joins.Load(), Returns: t.returns.Load(),
		Refused: t.refused.all(), Failed: t.failed.all(), Ended: t.ended.all(),
		FirstPicture: spreadOf(&t.first), AllPictures: spreadOf(&t.everyone),
		LatencySound: spreadOf(&t.sound), LatencyVideo: spreadOf(&t.images),
		Sound: streamsOf(&t.audio), Video: streamsOf(&t.video),
		Injected: t.injected.Load(), Packets: t.packets.Load(), Gaps: spreadOf(&t.gaps), SenderPauses: spreadOf(&t.pauses),
		SilentVoices: t.silent.Load(), Strays: t.strays.Load(), Unreadable: t.untimed.Load(),
		Storms: t.storms.Load(), MuteToSilence: spreadOf(&t.muting), Leaks: t.leaks.Load(), Caught: t.caught.Load(),
		Server:    costOf(l, m),
		Generator: ownCost{m.own.CPU, int(m.own.Goroutines)},
		Machine:   machine{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()},
	}
}

// complete tells whether everybody came in and nobody was lost, all voices were
// heard and none that was muted.
func (r *report) complete() bool {
	return !r.Interrupted && r.Measured > 0 && len(r.Failed) == 0 && len(r.Ended) == 0 &&
		r.SilentVoices == 0 && r.Strays == 0 && r.Leaks == 0
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func spreadOf(h *histogram) spread {
	return spread{h.count(), millis(h.quantile(0.5)), millis(h.quantile(0.95)), millis(h.quantile(0.99)), millis(h.max())}
}

func streamsOf(t *streamTotals) streams {
	s := streams{Received: t.received.Load(), Repaired: t.repaired.Load(), Lost: t.lost.Load(), Duplicate: t.duplicate.Load()}
	s.LostShare = 100 * share(float64(s.Lost), float64(s.Received+s.Repaired+s.Lost))
	return s
}

// share is a part of a whole, 0 of nothing.
func share(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return part / whole
}

func costOf(l *load, m *measurement) *serverCost {
	if l.server == nil || m.took == 0 {
		return nil
	}
	cpu, forwarded := m.end.CPU-m.start.CPU, m.end.Forwarded-m.start.Forwarded
	return &serverCost{
		CPU: cpu, Cores: share(cpu, m.took.Seconds()), In: m.end.In - m.start.In, Forwarded: forwarded,
		PerCPUSecond: share(forwarded, cpu), Micros: 1e6 * share(cpu, forwarded),
		RSSBefore: m.idle.RSS, RSSStart: m.start.RSS, RSS: m.end.RSS, PerPerson: share(m.end.RSS-m.idle.RSS, float64(m.in)),
		Goroutines:    [4]int{int(m.idle.Goroutines), int(m.start.Goroutines), int(m.end.Goroutines), int(m.gone.Goroutines)},
		PeersLeftOver: int(max(m.gone.Peers-m.idle.Peers, 0)),
		Datagrams:     m.end.Datagrams - m.start.Datagrams, SendCalls: m.end.SendCalls - m.start.SendCalls,
		PerCall: share(m.end.Datagrams-m.start.Datagrams, m.end.SendCalls-m.start.SendCalls),
		Unsent:  m.end.Unsent - m.start.Unsent, RTX: m.end.RTX - m.start.RTX,
		Replays: m.end.Replays - m.idle.Replays, Paused: m.end.Paused,
	}
}
