package sfu

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/pion/logging"
)

// stackLog is all that the outside hears of pion's loggers. Pion's texts hold
// addresses, candidates and SSRCs, so they are thrown away: what remains is
// that something failed, where, and how often.
type stackLog struct {
	log   *slog.Logger
	stats *counters

	mu     sync.Mutex
	silent map[string]time.Time // guarded by mu: a scope speaks once in stackLogPause
}

const stackLogPause = 10 * time.Second

func newStackLog(log *slog.Logger, stats *counters) *stackLog {
	return &stackLog{log: log, stats: stats, silent: make(map[string]time.Time)}
}

// NewLogger implements logging.LoggerFactory. The scope is a constant of
// pion's source, such as "ice" or "dtls".
func (s *stackLog) NewLogger(scope string) logging.LeveledLogger {
	return scopeLog{s, scope}
}

// failed reports one error of a scope.
func (s *stackLog) failed(scope string) {
	s.stats.stackErrors.Add(1)
	now := time.Now()
	s.mu.Lock()
	quiet := now.Before(s.silent[scope])
	if !quiet {
		s.silent[scope] = now.Add(stackLogPause)
	}
	s.mu.Unlock()
	if !quiet {
		s.log.Warn("media stack reported an error", slog.String("scope", scope))
	}
}

// scopeLog drops everything below error, and the text of errors.
type scopeLog struct {
	*stackLog
	scope string
}

// tapped begins the format of the error pion logs when its own probe of a new
// stream ends. Ours always ends: the tap answers it with io.EOF.
const tapped = "Incoming unhandled RTP ssrc"

func (scopeLog) Trace(string)          {}
func (scopeLog) Tracef(string, ...any) {}
func (scopeLog) Debug(string)          {}
func (scopeLog) Debugf(string, ...any) {}
func (scopeLog) Info(string)           {}
func (scopeLog) Infof(string, ...any)  {}
func (scopeLog) Warn(string)           {}
func (scopeLog) Warnf(string, ...any)  {}
func (l scopeLog) Error(string)        { l.failed(l.scope) }
func (l scopeLog) Errorf(format string, _ ...any) {
	if !strings.HasPrefix(format, tapped) {
		l.failed(l.scope)
	}
}

// peerLog is a stackLog for one participant's connection. Messages of RTCP
// that pion cannot read reach no tap, but all of a datagram are told of here, in
// one text that costs the square of their number to write.
type peerLog struct {
	*stackLog
	peer *Peer
}

// NewLogger implements logging.LoggerFactory.
func (l peerLog) NewLogger(scope string) logging.LeveledLogger {
	if scope == "srtp" {
		return unreadLog{scopeLog{l.stackLog, scope}, l.peer}
	}
	return l.stackLog.NewLogger(scope)
}

// unreadLog counts those messages.
type unreadLog struct {
	scopeLog
	peer *Peer
}

// Info takes the errors of one datagram. What pion/rtcp says, and what has
// several lines, comes after decryption: nobody else can have sent it.
func (l unreadLog) Info(text string) {
	more := strings.Count(text, "\n")
	if more > 0 || strings.HasPrefix(text, "rtcp: ") {
		l.peer.unread(1 + more)
	}
}
