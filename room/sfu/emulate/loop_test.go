package emulate_test

import (
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
	name  string
	large int
	path  emulate.Path
	// bad is what the path is between seconds 60 and 90, where it changes.
	bad     func(p *emulate.Path)
	seconds int64
	holds   func(t *testing.T, o outcome)
}

func (s scenario) run(seed uint64) outcome {
	m := newModel(seed, s.path)
	m.large = s.large
	if s.bad == nil {
		m.run(s.seconds)
		return m.outcome(30, len(m.log)-1, s.path.Rate)
	}
	m.run(60)
	bad := s.path
	s.bad(&bad)
	m.path(bad)
	length := int64(30)
	if bad.Loss == 1 {
		length = 5
	}
	m.run(length)
	m.path(s.path)
	m.run(s.seconds - 60 - length)
	o := m.outcome(30, 60, s.path.Rate)
	o.recovered = m.back(60, 60+int(length))
	return o
}

const seeds = 3

var scenarios = []scenario{
	{name: "400 kbit/s", path: emulate.Path{Rate: 400_000, Queue: 25_000, Delay: 30 * ms}, seconds: 300},
	{name: "400 kbit/s, 1.5 s of queue", path: emulate.Path{Rate: 400_000, Queue: 75_000, Delay: 30 * ms}, seconds: 300},
	{name: "400 kbit/s, 200 ms of queue", path: emulate.Path{Rate: 400_000, Queue: 10_000, Delay: 30 * ms}, seconds: 300},
	{name: "150 kbit/s", path: emulate.Path{Rate: 150_000, Queue: 10_000, Delay: 30 * ms}, seconds: 120},
	{name: "1.5 Mbit/s", large: 2, path: emulate.Path{Rate: 1_500_000, Queue: 60_000, Delay: 30 * ms}, seconds: 120},
	{name: "4 Mbit/s", large: 4, path: emulate.Path{Rate: 4_000_000, Queue: 150_000, Delay: 20 * ms}, seconds: 120},
	{name: "to a third and back", large: 2, path: emulate.Path{Rate: 1_500_000, Queue: 60_000, Delay: 30 * ms}, bad: func(p *emulate.Path) { p.Rate /= 3 }, seconds: 150},
	{name: "5 % loss", large: 2, path: emulate.Path{Rate: 2_000_000, Queue: 60_000, Delay: 30 * ms, Loss: 0.05}, seconds: 120},
	{name: "10 % loss", large: 2, path: emulate.Path{Rate: 2_000_000, Queue: 60_000, Delay: 30 * ms, Loss: 0.10}, seconds: 120},
	{name: "20 % loss", large: 2, path: emulate.Path{Rate: 2_000_000, Queue: 60_000, Delay: 30 * ms, Loss: 0.20}, seconds: 120},
	{name: "200 +- 80 ms", large: 2, path: emulate.Path{Rate: 2_000_000, Queue: 100_000, Delay: 100 * ms, Jitter: 80 * ms}, seconds: 120},
	{name: "hole of 5 s", large: 2, path: emulate.Path{Rate: 1_500_000, Queue: 60_000, Delay: 30 * ms}, bad: func(p *emulate.Path) { p.Loss = 1 }, seconds: 120},
}

func TestScenarios(t *testing.T) {
	for _, s := range scenarios {
		for seed := range uint64(seeds) {
			t.Logf("%-28s %v", s.name, s.run(seed+1))
		}
	}
}
