package main

import (
	"context"
	"time"

	"hearth/room/sfu/sfutest"
)

// mutedFor is how long the patients stay muted in a storm: longer than any
// packet that was under way.
const mutedFor = 300 * time.Millisecond

// stormAll mutes and unmutes again and again until ctx is done.
func (c *circle) stormAll(ctx context.Context, l *load) {
	tick := time.NewTicker(time.Minute / time.Duration(l.storms))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.storm(ctx, l)
		case <-ctx.Done():
			return
		}
	}
}

// storm lets the facilitator mute all patients, who go on sending as no honest
// page would, and then turn their microphones on again.
func (c *circle) storm(ctx context.Context, l *load) {
	c.change.Lock()
	defer c.change.Unlock()
	host, patients := c.host(), c.patients()
	if host == nil || len(patients) == 0 {
		return
	}
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.joinWait)
	defer cancel()
	for _, m := range patients {
		m.voice.rest()
	}
	began := sfutest.Now()
	if _, err := host.Do(whole, "mute", map[string]any{"seat": -1}); err == nil {
		answered := sfutest.Now()
		for _, m := range patients {
			m.voice.muted.Store(answered)
		}
		_ = sleep(ctx, mutedFor) // a shorter storm at the very end is one, too
		for _, m := range patients {
			l.tally.muting.add(time.Duration(m.voice.heard.Load() - began))
		}
		l.tally.storms.Add(1)
	} else {
		l.tally.refused.add(codeOf(err))
	}
	for _, m := range patients {
		m.voice.muted.Store(0) // before the server hears of it: it is quicker than its answer
		if s := m.now(); s != nil && m.do(whole, s, "set", map[string]any{"mic": true}) == nil {
			m.voice.speak()
		}
	}
}
