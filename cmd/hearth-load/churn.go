package main

import (
	"context"
	"math/rand/v2"
	"time"

	"hearth/signaling/token"
)

// churnAll lets somebody leave and come back, again and again until measured is
// done. A return that has begun then is finished, unless ctx ends.
func (l *load) churnAll(measured, ctx context.Context) {
	tick := time.NewTicker(time.Minute / time.Duration(l.churn))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if m := l.anybody(); m != nil {
				l.replace(measured, ctx, m)
			}
		case <-measured.Done():
			return
		}
	}
}

// anybody is somebody who is in, but no facilitator; nil for nobody.
func (l *load) anybody() *member {
	var list []*member
	for _, c := range l.circles {
		for _, m := range c.members {
			if m.role != token.RoleFacilitator && m.now() != nil {
				list = append(list, m)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list[rand.IntN(len(list))]
}

// replace lets one member leave and come back. When measured ends while the
// server's limit of joins has to be waited for, they stay away.
func (l *load) replace(measured, ctx context.Context, m *member) {
	m.circle.change.Lock()
	defer m.circle.change.Unlock()
	m.leave(ctx)
	if d := l.pace.take(time.Now()); d > 0 && sleep(measured, d) != nil {
		return
	}
	if err := l.join(ctx, m); err != nil {
		l.tally.failed.add(codeOf(err))
		return
	}
	l.tally.returns.Add(1)
}
