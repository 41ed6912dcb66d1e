package relay

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/pion/logging"
)

// stackLog is all that the outside hears of pion's loggers. Pion's texts hold
// addresses and user names, so they are thrown away: what remains is that
// something failed, and how often. Clients can provoke most of it.
type stackLog struct {
	log   *slog.Logger
	stats *counters
	quiet atomic.Int64 // nanoseconds of Unix time until which nothing is said
}

const stackLogPause = 10 * time.Second

// NewLogger implements logging.LoggerFactory.
func (s *stackLog) NewLogger(string) logging.LeveledLogger { return s }

func (s *stackLog) failed() {
	s.stats.stackErrors.Add(1)
	now, quiet := time.Now().UnixNano(), s.quiet.Load()
	if now > quiet && s.quiet.CompareAndSwap(quiet, now+int64(stackLogPause)) {
		s.log.Warn("relay reported an error")
	}
}

// Trace and all below Error say nothing.
func (*stackLog) Trace(string)          {}
func (*stackLog) Tracef(string, ...any) {}
func (*stackLog) Debug(string)          {}
func (*stackLog) Debugf(string, ...any) {}
func (*stackLog) Info(string)           {}
func (*stackLog) Infof(string, ...any)  {}
func (*stackLog) Warn(string)           {}
func (*stackLog) Warnf(string, ...any)  {}

// Error counts, and drops the text.
func (s *stackLog) Error(string) { s.failed() }

// Errorf counts, and drops the text.
func (s *stackLog) Errorf(string, ...any) { s.failed() }
