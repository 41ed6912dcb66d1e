package emulate_test

import (
	"flag"
	"fmt"
	"testing"

	"hearth/room/sfu/emulate"
)

const (
	ms  = emulate.Millisecond
	sec = emulate.Second
)

// outcome is what a viewer saw and heard between two times.
type outcome struct {
	use        float64 // of the link's rate, percent
	gap        int64   // the longest in any voice, over the whole run
	voiceLost  float64 // percent, over the whole run
	off        float64 // pictures, on average
	changes    float64 // of levels a minute
	freezes    float64 // a picture and minute, over the whole run
	fps        float64 // of all pictures together
	padding    float64 // percent of what was sent
	recovered  int     // seconds until it was as before, -1 for never
	queueDrops int
}

func (o outcome) String() string {
	return fmt.Sprintf("use %3.0f%%  gap %4d ms  voice lost %4.1f%%  off %4.1f  changes %5.1f/min  freezes %4.2f/min  %4.0f fps  padding %4.1f%%  back after %2d s  queue drops %d",
		o.use, o.gap/ms, o.voiceLost, o.off, o.changes, o.freezes, o.fps, o.padding, o.recovered, o.queueDrops)
}

// outcome sums up the seconds from to to, on a link of the given rate.
func (m *model) outcome(from, to int, rate int64) (o outcome) {
	a, b := m.log[from], m.log[to]
	seconds := float64(to - from)
	o.use = float64(b.passed-a.passed) * 8 * 100 / seconds / float64(rate)
	o.changes = float64(b.changes-a.changes) * 60 / seconds
	for _, s := range m.log[from:to] {
		o.off += float64(s.off) / seconds
	}
	voices, lost, freezes, decoded := 0, 0, 0, 0
	for i := range modelSeats {
		s, p := m.receiver.Sound(m.voices[i].ssrc), m.receiver.Picture(m.seats[i].ssrc)
		o.gap = max(o.gap, s.Longest)
		voices, lost = voices+s.Packets+s.Lost, lost+s.Lost
		freezes, decoded = freezes+p.Freezes, decoded+p.Decoded
	}
	o.voiceLost = float64(lost) * 100 / float64(voices)
	all := float64(len(m.log))
	o.freezes = float64(freezes) * 60 / modelSeats / all
	o.fps = float64(decoded) / all
	o.padding = float64(m.padded) * 100 / float64(m.down.Stats().SentBytes)
	o.queueDrops = m.down.Stats().DroppedQueue
	o.recovered = -1
	return o
}

// back is after how many seconds from then on the pictures' rate was 80 % of
// what it had been during the ten seconds before was.
func (m *model) back(was, then int) int {
	before := m.log[was].passed - m.log[was-10].passed
	for i := then + 1; i+3 < len(m.log); i++ {
		if (m.log[i+3].passed-m.log[i].passed)*10/3 >= before*8/10 {
			return i - then
		}
	}
	return -1
}

// run lets the world go on for some seconds.
func (m *model) run(seconds int64) { m.world.Run(m.world.Now() + seconds*sec) }

// scenario is one bad connection.
type scenario struct {
	name    string
	seconds int64
	large   int  // tiles
	still   bool // nobody else begins to talk
	path    emulate.Path
	bad     func(p *emulate.Path) // what the path is from second 60 on, for badFor seconds
	badFor  int64
	holds   func(o outcome) bool
}

func (s scenario) run(seed uint64) outcome {
	m := newModel(seed, s.path)
	m.large, m.still = s.large, s.still
	if s.bad == nil {
		m.run(s.seconds)
		return m.outcome(30, len(m.log)-1, s.path.Rate)
	}
	m.run(60)
	bad := s.path
	s.bad(&bad)
	m.path(bad)
	m.run(s.badFor)
	m.path(s.path)
	m.run(s.seconds - 60 - s.badFor)
	o := m.outcome(30, 60, s.path.Rate)
	o.recovered = m.back(60, 60+int(s.badFor))
	return o
}

// settled is what every path that carries more than the sound must come to.
func settled(o outcome) bool { return o.use >= 60 && o.use <= 98 }

// shown says that all pictures are, at a steady quality.
func shown(o outcome) bool { return settled(o) && o.off < 0.5 }

// link is a path of kbit/s with a queue of that many ms, and 30 ms of delay.
func link(kbits, queue int64) emulate.Path {
	return emulate.Path{Rate: kbits * 1000, Queue: int(kbits * queue / 8), Delay: 30 * ms}
}

func lossy(share float64) emulate.Path {
	p := link(2000, 250)
	p.Loss = share
	return p
}

func jittery() emulate.Path {
	p := link(2000, 400)
	p.Delay, p.Jitter = 100*ms, 80*ms
	return p
}

var scenarios = []scenario{
	{name: "400 kbit/s", seconds: 300, path: link(400, 500), holds: func(o outcome) bool {
		return settled(o) && o.gap <= 500*ms && o.voiceLost < 1 && o.changes < 90
	}},
	{name: "400 kbit/s, one speaker", seconds: 300, still: true, path: link(400, 500), holds: func(o outcome) bool {
		return settled(o) && o.gap <= 500*ms && o.changes < 30
	}},
	{name: "400 kbit/s, queue 1.5 s", seconds: 300, path: link(400, 1500), holds: func(o outcome) bool {
		return settled(o) && o.voiceLost < 1
	}},
	{name: "400 kbit/s, queue 200 ms", seconds: 300, path: link(400, 200), holds: func(o outcome) bool {
		return settled(o) && o.gap <= 500*ms && o.voiceLost < 3
	}},
	{name: "150 kbit/s", seconds: 120, path: link(150, 500), holds: func(o outcome) bool {
		return o.off > 10 && o.gap <= 800*ms // not even three voices fit
	}},
	{name: "1.5 Mbit/s", seconds: 120, large: 2, path: link(1500, 300), holds: shown},
	{name: "1.5 Mbit/s, one speaker", seconds: 300, large: 2, still: true, path: link(1500, 300), holds: func(o outcome) bool {
		return shown(o) && o.changes < 30
	}},
	{name: "4 Mbit/s", seconds: 120, large: 4, path: link(4000, 300), holds: func(o outcome) bool {
		return shown(o) && o.changes < 10 && o.freezes < 0.1
	}},
	{name: "to a third for 30 s", seconds: 150, large: 2, path: link(1500, 300), badFor: 30,
		bad: func(p *emulate.Path) { p.Rate /= 3 }, holds: func(o outcome) bool {
			return shown(o) && o.recovered > 0 && o.recovered <= 40 && o.gap < 1500*ms
		}},
	{name: "5 % loss", seconds: 120, large: 2, path: lossy(0.05), holds: shown},
	{name: "10 % loss", seconds: 120, large: 2, path: lossy(0.10), holds: shown},
	{name: "20 % loss", seconds: 120, large: 2, path: lossy(0.20), holds: shown},
	{name: "200 +- 80 ms", seconds: 120, large: 2, path: jittery(), holds: shown},
	{name: "hole of 5 s", seconds: 120, large: 2, path: link(1500, 300), badFor: 5,
		bad: func(p *emulate.Path) { p.Loss = 1 }, holds: func(o outcome) bool {
			return o.recovered > 0 && o.recovered <= 20
		}},
}

// seeds is how many runs each scenario has.
var seeds = flag.Uint64("seeds", 1, "runs of each scenario")

// Without -seeds the long runs are shorter, but for the one that matters most.
func TestScenarios(t *testing.T) {
	for i, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if i > 0 && *seeds == 1 {
				s.seconds = min(s.seconds, 150)
			}
			for seed := range *seeds {
				o := s.run(seed + 1)
				t.Logf("%-26s %v", s.name, o)
				if !s.holds(o) {
					t.Errorf("%s, seed %d: not good enough", s.name, seed+1)
				}
			}
		})
	}
}
