package presence

import (
	"context"
	"errors"
	"time"
)

// tooSoon is how long a call must have waited, at least, for its caller's end
// to count as Redis' silence.
const tooSoon = 100 * time.Millisecond

// call makes one call to Redis within its bounds: not at all while Redis rests,
// and never longer than a try, one retry, and a little. All calls come through
// here.
func (s *Store) call(ctx context.Context, op string, do func(context.Context) error) error {
	start := time.Now()
	if !s.breaker.allow(start) {
		s.stats.rested.Add(1)
		return &outage{op: op, reason: reasonResting}
	}
	bound, cancel := context.WithTimeout(ctx, 2*s.cfg.Timeout+100*time.Millisecond)
	defer cancel()
	err := do(bound)
	if err != nil {
		err = failure(ctx, op, err)
	}
	s.learn(ctx, start, err)
	s.tell(op, err)
	return err
}

// learn counts the result and lets the breaker know.
func (s *Store) learn(ctx context.Context, start time.Time, err error) {
	var o *outage
	switch {
	case errors.Is(err, ErrClosed):
	case errors.Is(err, ErrCorrupt):
		s.stats.garbage.Add(1)
		s.breaker.answered()
	case !errors.As(err, &o):
		s.breaker.answered()
	case o.replied:
		s.stats.refused.Add(1)
		s.breaker.answered()
	case o.reason == reasonBusy:
		s.stats.busy.Add(1)
	case ctx.Err() != nil && time.Since(start) < tooSoon: // the caller's own haste
	default:
		s.stats.unanswered.Add(1)
		s.breaker.failed(time.Now())
	}
}

// tell logs when Redis goes and comes.
func (s *Store) tell(op string, err error) {
	var o *outage
	switch {
	case err == nil:
		if s.away.CompareAndSwap(true, false) {
			s.cfg.Log.Info("redis answers again")
		}
	case errors.As(err, &o) && o.reason != reasonCanceled && o.reason != reasonBusy:
		if s.away.CompareAndSwap(false, true) {
			s.cfg.Log.Warn("redis does not answer", "op", op, "reason", o.reason)
		}
	}
}
