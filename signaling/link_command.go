package signaling

import (
	"context"
	"hash/maphash"
)

var seed = maphash.MakeSeed()

// command does one command of the client, or tells its answer again. It
// reports false when the frame breaks the protocol.
func (l *link) command(m message, raw []byte) bool {
	l.mu.Lock()
	v, frame := l.answers.look(m.number(), maphash.Bytes(seed, raw))
	age := l.answers.age
	if v == tellIt {
		l.send(outFrame{data: frame})
	}
	l.mu.Unlock()
	if v != doIt {
		return v != refuseIt
	}
	q := &l.now
	if kinds[m.name()].waits {
		q = &l.later
	}
	if !q.push(l.server.spawn, func() { l.do(m, age) }) {
		l.server.count.count(func(s *Stats) { s.LanesFull++ })
		l.settle(age, m.number(), failure(m.number(), codeBusy))
	}
	return true
}

// do runs a command and settles its answer.
func (l *link) do(m message, age int) {
	ctx, cancel := context.WithTimeout(l.server.ctx, l.server.cfg.Limits.CommandWait)
	defer cancel()
	reply, err := l.safely(ctx, m)
	l.server.count.count(func(s *Stats) { s.Commands++ })
	if err != nil {
		code := l.told(codeOf(err))
		l.server.count.refused(code)
		if code == codeRetry {
			l.server.unexpected("command not done", err)
		}
		reply = failure(m.number(), code)
	}
	l.settle(age, m.number(), reply)
}

// safely turns a panic into an error, so that one command cannot end everybody's
// session.
func (l *link) safely(ctx context.Context, m message) (reply any, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.server.panicked()
			reply, err = nil, refusal(codeRetry)
		}
	}()
	switch m := m.(type) {
	case order:
		err = l.part.Do(ctx, m.order(l.part.ID()))
	case served:
		reply, err = m.serve(ctx, l)
	}
	if reply == nil {
		reply = ok(m.number())
	}
	return reply, err
}

// settle remembers an answer and sends it to whichever socket is there now. A
// page that began anew does not wait for it.
func (l *link) settle(age int, id int64, reply any) {
	frame := encode(reply)
	_, large := reply.(answerReply)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answers.settle(age, id, frame) {
		l.send(outFrame{data: frame, large: large})
	}
}
