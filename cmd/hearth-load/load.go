package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// load is one run.
type load struct {
	// Static after newLoad.
	options
	tally   *tally
	circles []*circle
	pace    *pace
	server  *operations // nil without -ops
	stderr  io.Writer
}

// measurement is what a run notes around the time it measures.
type measurement struct {
	began, took time.Duration // since the start of the run; how long
	in          int           // people who were in, at the end of it
	cut         bool          // interrupted

	idle, start, end, gone figures // of the server
	own                    figures // of this process, at the end of it; CPU over it
}

func newLoad(o options, rooms [][]invited, stderr io.Writer) *load {
	l := &load{options: o, tally: &tally{}, pace: newPace(o.joinRate, time.Now()), stderr: stderr}
	if o.ops != "" {
		l.server = newOperations(o.ops)
	}
	base := uint32(1)
	for _, people := range rooms {
		l.circles = append(l.circles, newCircle(l, base, people))
		base += uint32(len(people))
	}
	return l
}

// people is how many are to come.
func (l *load) people() (n int) {
	for _, c := range l.circles {
		n += len(c.members)
	}
	return n
}

// present are the sessions of those who are in.
func (l *load) present() (list []*session) {
	for _, c := range l.circles {
		for _, m := range c.members {
			if s := m.now(); s != nil {
				list = append(list, s)
			}
		}
	}
	return list
}

// run lets everybody in, measures, lets everybody out, and reports. ctx ends it
// early; the report then holds what there is.
func (l *load) run(ctx context.Context) (report, error) {
	var m measurement
	var err error
	if m.idle, err = l.look(ctx); err != nil {
		return report{}, err
	}
	begun := time.Now()
	side, stop := context.WithCancel(context.WithoutCancel(ctx))
	var beside sync.WaitGroup
	beside.Go(func() { l.tend(side) })
	beside.Go(func() { l.progress(side, begun) })
	l.fill(ctx)
	m.began = time.Since(begun)
	if len(l.present()) > 0 && ctx.Err() == nil {
		err = l.measure(ctx, &m)
	}
	m.cut = ctx.Err() != nil
	l.empty(context.WithoutCancel(ctx))
	stop()
	beside.Wait()
	if err == nil && l.server != nil {
		m.gone, err = l.calm(context.WithoutCancel(ctx), m.idle)
	}
	return newReport(l, &m), err
}

// fill lets everybody join, each room's facilitator first, as many at once as
// was asked for.
func (l *load) fill(ctx context.Context) {
	queue := make(chan *member)
	var doors sync.WaitGroup
	for range l.atOnce {
		doors.Go(func() {
			for m := range queue {
				l.bring(ctx, m)
			}
		})
	}
	for _, c := range l.circles {
		for _, m := range c.members {
			queue <- m
		}
	}
	close(queue)
	doors.Wait()
}

// bring lets one member join, and counts why they could not.
func (l *load) bring(ctx context.Context, m *member) {
	if m.slot == 0 {
		defer m.circle.open()
	} else {
		select {
		case <-m.circle.opened:
		case <-ctx.Done():
		}
	}
	err := l.pace.wait(ctx)
	if err == nil && m.slot > 0 && m.circle.host() == nil {
		err = errNoHost
	}
	if err == nil {
		err = l.join(ctx, m)
	}
	if err != nil {
		l.tally.failed.add(codeOf(err))
	}
}

// join is a member's join within its time.
func (l *load) join(ctx context.Context, m *member) error {
	ctx, cancel := context.WithTimeout(ctx, l.joinWait)
	defer cancel()
	return m.join(ctx)
}

// measure lets the circles talk for the time asked.
func (l *load) measure(ctx context.Context, m *measurement) (err error) {
	if m.start, err = l.look(ctx); err != nil {
		return err
	}
	for _, s := range l.present() {
		s.ears.restart()
	}
	own, begun := ownCPU(), time.Now()
	l.tally.measuring.Store(true)
	l.disturb(ctx)
	l.tally.measuring.Store(false)
	m.took = time.Since(begun)
	m.own = figures{CPU: ownCPU() - own, Goroutines: float64(runtime.NumGoroutine())}
	m.in = len(l.present())
	l.close()
	m.end, err = l.look(context.WithoutCancel(ctx))
	return err
}

// disturb waits for the end of the measurement, with people who leave, come
// back and are muted meanwhile. What has begun then is brought to its end.
func (l *load) disturb(ctx context.Context) {
	measured, stop := context.WithTimeout(ctx, l.duration)
	defer stop()
	var beside sync.WaitGroup
	if l.churn > 0 {
		beside.Go(func() { l.churnAll(measured, ctx) })
	}
	if l.storms > 0 {
		for _, c := range l.circles {
			beside.Go(func() { c.stormAll(measured, l) })
		}
	}
	<-measured.Done()
	beside.Wait()
}

// close takes what the listeners have counted.
func (l *load) close() {
	for _, c := range l.circles {
		for _, m := range c.members {
			if s := m.now(); s != nil {
				l.tally.silent.Add(uint64(s.ears.unheard(m.slot)))
				s.ears.finish()
			}
		}
	}
}

// empty lets everybody leave, the facilitators last, who end the sessions.
func (l *load) empty(ctx context.Context) {
	var rooms sync.WaitGroup
	for _, c := range l.circles {
		rooms.Go(func() {
			var leaving sync.WaitGroup
			for _, m := range c.members[1:] {
				leaving.Go(func() { m.leave(ctx) })
			}
			leaving.Wait()
			c.members[0].leave(ctx)
		})
	}
	rooms.Wait()
}

// calm waits until the server has taken down what this run has made, as long
// as that may take, and returns its figures then.
func (l *load) calm(ctx context.Context, idle figures) (f figures, err error) {
	ctx, cancel := context.WithTimeout(ctx, calmWait)
	defer cancel()
	for {
		now, err := l.look(ctx)
		switch {
		case err == nil && now.Peers <= idle.Peers && now.Goroutines <= idle.Goroutines+calmSpare:
			return now, nil
		case err == nil:
			f = now
		case ctx.Err() == nil:
			return f, err
		}
		if sleep(ctx, 100*time.Millisecond) != nil {
			return f, nil
		}
	}
}

// Bounds of calm: connections are torn down in the background, and a few
// goroutines serve the operations listener itself.
const (
	calmWait  = 5 * time.Second
	calmSpare = 4
)

// look reads the server's figures; none without -ops.
func (l *load) look(ctx context.Context) (figures, error) {
	if l.server == nil {
		return figures{}, nil
	}
	f, err := l.server.read(ctx)
	if err != nil {
		return figures{}, fmt.Errorf("-ops: %w", err)
	}
	return f, nil
}
