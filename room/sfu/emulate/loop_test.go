package emulate_test

import (
	"testing"

	"hearth/room/sfu/emulate"
"hearth/room/sfu/estimate"
)

const (
	ms  = emulate.Millisecond
	sec = emulate.Second
)

func TestDebug(t *testing.T) {
	m := newModel(1, emulate.Path{Rate: 400_000, Queue: 25_000, Delay: 30 * ms})
	m.world.Run(120 * sec)
	m.dump(t)
}

func TestDebugDrop(t *testing.T) {
	p := emulate.Path{Rate: 1_500_000, Queue: 50_000, Delay: 30 * ms}
	m := newModel(1, p)
	m.large = 2
	estimate.Debug = t.Logf
	defer func() { estimate.Debug = nil }()
	m.world.Run(40 * sec)
	q := p
	q.Rate /= 3
	m.path(q)
	m.world.Run(70 * sec)
	m.path(p)
	m.world.Run(120 * sec)
	m.dump(t)
}

func TestDebugLoss(t *testing.T) {
	p := emulate.Path{Rate: 1_500_000, Queue: 50_000, Delay: 30 * ms, Loss: 0.1}
	m := newModel(1, p)
	m.large = 2
	m.world.Run(100 * sec)
	m.dump(t)
}

func (m *model) dump(t *testing.T) {
	for i, s := range m.log {
		if i == 0 {
			continue
		}
		t.Logf("%3d sent %4d kbit/s wait %5d budget %4d bits %4d remb %4d off %2d changes %d", i, (s.passed-m.log[i-1].passed)*8/1000, s.waiting, s.budget/1000, s.bits/1000, s.remb/1000, s.off, s.changes-m.log[i-1].changes)
	}
	for i := range m.seats {
		t.Logf("%d %+v %+v", i, m.receiver.Sound(uint32(1000+i)), m.receiver.Picture(uint32(2000+i)))
	}
	t.Logf("%+v", m.down.Stats())
}
