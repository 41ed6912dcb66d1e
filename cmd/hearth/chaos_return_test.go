package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"

	"hearth/room"
	"hearth/signaling/client"
)

// How a person comes back, as the page does (web/core/link.js, pulse.js, media.js):
// after a socket that ended without a word at every server it was told of, the
// next one first, and while a restart is not answered, at another server beside
// the socket that says nothing.
const (
	firstDelay     = 500 * time.Millisecond // before the first round of attempts; doubled each time, and scattered
	longestDelay   = 8 * time.Second
	helloPatience  = 3 * time.Second         // until a socket is open, and as long again for the welcome; doubled each round
	longPatience   = 10 * time.Second        // at most
	mediaLook      = 250 * time.Millisecond  // how often it is looked whether anything is heard
	mediaPatience  = 1400 * time.Millisecond // nothing is heard for so long, seen at six looks: restart
	answerPatience = time.Second             // for the answer to a restart
	connectWait    = 8 * time.Second         // for its effect, and for a new connection
	settleWait     = 6 * time.Second         // for the word that a moved room has settled
)

// live looks after the person until ctx ends or its part is over. It is called
// once, when there is a first connection.
func (p *person) live() {
	ctx, cancel := context.WithCancel(context.Background())
	p.end = cancel
	p.servers(p.socket())
	p.done.Go(func() {
		look := &look{at: time.Now(), heard: time.Now()}
		looks := time.NewTicker(mediaLook)
		defer looks.Stop()
		for p.ended() == "" {
			select {
			case <-ctx.Done():
				return
			case <-p.moved():
				p.follow(ctx)
			case <-p.socket().Done():
				p.follow(ctx) // that may have been its last word
				if p.lost() {
					p.comeBack(ctx)
				}
			case <-looks.C:
				p.listen(ctx, look)
			}
		}
	})
}

// comeBack says hello with the ticket until somebody welcomes it: in rounds over
// all servers it knows, with a pause before each. Within a round there is one only
// after a server that said that it is not to be asked now. Who is sent to another
// server goes there without the first pause.
func (p *person) comeBack(ctx context.Context) {
	old := p.socket()
	if p.finished(old.Bye(), old.CloseCode()) {
		return
	}
	servers := p.servers(old)
	if gone(old.CloseCode()) {
		servers = next(servers)
	}
	if old.CloseCode() == 4103 && len(servers) > 1 {
		p.at(ctx, old, servers)
		return
	}
	p.rounds(ctx, old, servers, 0)
}

// at is an attempt at the first of the servers, and rounds from the next one on
// where it fails.
func (p *person) at(ctx context.Context, old *client.Client, servers []string) {
	if err := p.attempt(ctx, old, servers[0], 0); err != nil {
		p.rounds(ctx, old, next(servers), triedAfter(err))
	}
}

// triedAfter is how many servers of a round have been after one that failed: none where
// it said that it is not to be asked now, which is a pause.
func triedAfter(err error) int {
	var refused *client.Refused
	if errors.As(err, &refused) {
		return 0
	}
	return 1
}

// rounds are those of comeBack, in the first of which so many servers have been
// tried: then it goes on without a pause.
func (p *person) rounds(ctx context.Context, old *client.Client, servers []string, tried int) {
	hold := time.Duration(0)
	for round := 0; ctx.Err() == nil; round++ {
		if tried == 0 {
			rest(ctx, round, hold)
		}
		hold = 0
		for range len(servers) - tried {
			err := p.attempt(ctx, old, servers[0], round)
			if err == nil {
				return
			}
			servers = next(servers)
			var refused *client.Refused
			if errors.As(err, &refused) {
				hold = time.Duration(refused.After) * time.Second
				break
			}
		}
		tried = 0
	}
}

// servers are all it was ever told of, in the order of that, beginning with the
// one of the link: a server that was away at the last welcome may be the only one
// now.
func (p *person) servers(link *client.Client) []string {
	now := link.Nodes()
	for _, url := range now {
		if !slices.Contains(p.known, url) {
			p.known = append(p.known, url)
		}
	}
	at := slices.Index(p.known, now[0])
	return slices.Concat(p.known[at:], p.known[:at])
}

// next are the servers with the first one at the end.
func next(servers []string) []string { return append(servers[1:], servers[0]) }

// gone says whether a server whose socket ended so is gone, about to end, or
// cannot serve anybody. 0: it said nothing.
func gone(code int) bool {
	return slices.Contains([]int{0, 1001, 1006, 1012, 4103}, code)
}

// finished notes the end of the part, where this is one.
func (p *person) finished(bye string, code int) bool {
	if bye == "" && code >= 4000 && code < 4100 {
		bye = fmt.Sprint(code)
	}
	if bye == "" {
		return false
	}
	p.mu.Lock()
	p.over = bye
	p.mu.Unlock()
	return true
}

// rest waits before a round, as web/core/backoff.js, and for as long as a server has
// asked for.
func rest(ctx context.Context, round int, hold time.Duration) {
	full := min(longestDelay, firstDelay<<min(round, 10))
	wait(ctx, max(hold, full/2+rand.N(full/2)))
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// attempt says hello once, to one server, in a round, and connects where that
// rebuilds the part. Without an error that is enough: there is a link again, or
// the part is over.
func (p *person) attempt(ctx context.Context, old *client.Client, url string, round int) error {
	if err := p.hello(ctx, old, url, round); err != nil || p.ended() != "" || p.socket().Welcome().Resumed {
		return err
	}
	if p.moves.Load() != p.crossed {
		return nil // follow connects
	}
	if err := p.rebuild(ctx); err != nil && ctx.Err() == nil {
		p.socket().Close() // try all of it again
	}
	return nil
}

// hello says it once.
func (p *person) hello(ctx context.Context, old *client.Client, url string, round int) error {
	p.tries.Add(1)
	link, err := dialFor(ctx, url, old, min(longPatience, helloPatience<<min(round, 10)))
	var refused *client.Refused
	if errors.As(err, &refused) && client.Final(err) {
		p.finished(refused.Code, 0)
		return nil
	}
	if err != nil {
		return err
	}
	p.use(link)
	return nil
}

// dialFor says hello with the ticket of a link: so long until the socket is open, and
// as long again until it is welcomed. Where the link still lives and ends before the
// other socket is open, that is the end of this, too. errUnwelcome: it was open.
func dialFor(ctx context.Context, url string, old *client.Client, patience time.Duration) (*client.Client, error) {
	var watch sync.WaitGroup
	defer watch.Wait()
	short, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := time.AfterFunc(patience, cancel)
	defer limit.Stop()
	opened := make(chan struct{})
	open := func() { limit.Reset(patience); close(opened) }
	if !isClosed(old.Done()) {
		watch.Go(func() {
			select {
			case <-old.Done():
				cancel()
			case <-opened:
			case <-short.Done():
			}
		})
	}
	link, err := client.Dial(httptrace.WithClientTrace(short, &httptrace.ClientTrace{GotFirstResponseByte: open}), url, old.Resume())
	if err != nil && isClosed(opened) {
		err = errors.Join(errUnwelcome, err)
	}
	return link, err
}

var errUnwelcome = errors.New("the socket was open, and nobody welcomed")

// use makes a link the present one.
func (p *person) use(link *client.Client) {
	p.mu.Lock()
	old := p.link
	p.link = link
	p.mu.Unlock()
	p.servers(link)
	old.Close()
}

// rebuild makes a new connection over the present link, and turns the
// microphone on again.
func (p *person) rebuild(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	link := p.socket()
	path, err := p.connect(short, link)
	if err != nil {
		return err
	}
	p.take(path)
	p.asked = time.Now()
	return p.unmute(short, link)
}

// unmute says again that the microphone is on, where nobody has turned it off.
func (p *person) unmute(ctx context.Context, link *client.Client) error {
	p.mu.Lock()
	wanted := p.mic
	p.mu.Unlock()
	you := link.View().You
	if !wanted || you.Mic || you.MicHeld || you.Stage != room.Seated {
		return nil
	}
	_, err := command(ctx, link, "set", "mic", true)
	var refused *client.Refused
	if errors.As(err, &refused) {
		return nil // held, say: not its own to decide
	}
	return err
}

// listen does something about a silence that should not be.
func (p *person) listen(ctx context.Context, look *look) {
	if !look.silent(p.ear) || time.Since(p.asked) < mediaPatience || !p.expectsSound() {
		return
	}
	p.asked = time.Now()
	switch path := p.path(); {
	case path == nil:
		return
	case !p.restart(ctx, path):
		p.doubt(ctx)
	default:
		p.await(ctx)
	}
}

// look is when a person last looked whether anything is heard, and when it was.
type look struct{ at, heard time.Time }

// silent looks, and says whether nothing was heard for too long. A late look proves
// nothing.
func (l *look) silent(e *ear) bool {
	now := time.Now()
	since := now.Sub(l.at)
	if l.at = now; e.quiet() < since || since >= 4*mediaLook {
		l.heard = now
	}
	return now.Sub(l.heard) >= mediaPatience
}

// restart asks for an ICE restart; false where nobody answers.
func (p *person) restart(ctx context.Context, path *path) bool {
	short, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	sdp, err := path.Restart()
	if err != nil { // it is closed
		return p.rebuild(ctx) == nil
	}
	err = p.offer(short, p.socket(), path, sdp, true)
	var refused *client.Refused
	return err == nil || errors.As(err, &refused)
}

// doubt says hello to the next server, because nobody answers at the present one.
// Once that socket is open the link is there. Where it never is, and nothing is
// heard again, both are given up, and a third server comes first.
func (p *person) doubt(ctx context.Context) {
	old, began := p.socket(), time.Now()
	servers := next(p.servers(old))
	if p.lost() {
		return
	}
	err := p.attempt(ctx, old, servers[0], 0)
	switch {
	case err == nil:
		return
	case errors.Is(err, errUnwelcome):
		old.Close()
		p.rounds(ctx, old, next(servers), triedAfter(err))
		return
	}
	for time.Since(began) < helloPatience && ctx.Err() == nil {
		if p.lost() || p.ear.quiet() < mediaPatience {
			return
		}
		wait(ctx, 20*time.Millisecond)
	}
	old.Close()
	if len(servers) > 2 {
		servers = next(servers)
	}
	p.rounds(ctx, old, servers, 0)
}

// lost says whether the present socket has ended: live comes back.
func (p *person) lost() bool {
	return isClosed(p.socket().Done())
}

// moved is closed when the present link says that the room goes on elsewhere. An
// older page does not understand.
func (p *person) moved() <-chan struct{} {
	if p.old.Load() {
		return nil
	}
	return p.socket().Moving()
}

// moving says whether the room goes on elsewhere, and the person has not followed yet.
func (p *person) moving() bool {
	select {
	case <-p.moved():
		return true
	default:
		return false
	}
}

// await gives a restart its time; if it is in vain, the server may have no
// sound to give: another link is made, with a connection of its own.
func (p *person) await(ctx context.Context) {
	for deadline := time.Now().Add(connectWait); time.Now().Before(deadline) && ctx.Err() == nil; wait(ctx, 20*time.Millisecond) {
		if p.ear.quiet() < mediaPatience || p.lost() || p.moving() {
			return
		}
	}
	if err := p.rebuild(ctx); err != nil && ctx.Err() == nil {
		p.socket().Close()
	}
	p.asked = time.Now()
}

// expectsSound says whether somebody else should be heard.
func (p *person) expectsSound() bool {
	v := p.view()
	if v.You.Stage != room.Seated || v.Room.Phase == room.PhaseHold || v.Room.Phase == room.PhasePaused {
		return false
	}
	for _, s := range v.Seats {
		if s.Seat != v.You.Seat && s.Mic && s.State == "here" {
			return true
		}
	}
	return false
}

// follow goes where the room goes on, when the present link says so: another link
// first, at the next server unless that is the one that has had the room; then a
// second connection beside the one there is, as often as it takes.
func (p *person) follow(ctx context.Context) {
	old := p.socket()
	if !p.moving() {
		return
	}
	p.moves.Add(1)
	servers := p.servers(old)
	if !old.Welcome().Carried {
		servers = next(servers)
	}
	p.at(ctx, old, servers)
	for try := 0; ctx.Err() == nil && p.ended() == "" && !p.moving(); try++ {
		if p.lost() {
			p.comeBack(ctx)
		} else if p.cross(ctx) == nil {
			break
		} else {
			rest(ctx, try, 0)
		}
	}
	p.crossed = p.moves.Load()
}

// cross makes a second connection and changes over when the room has come together
// again, over whichever link says so.
func (p *person) cross(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	path, err := p.connect(short, p.socket())
	if err != nil {
		return err
	}
	_ = p.unmute(short, p.socket())
	limit := time.NewTimer(settleWait)
	defer limit.Stop()
	for settled := false; !settled && ctx.Err() == nil && p.ended() == ""; {
		select {
		case <-p.socket().Settled():
			settled = true
		case <-p.socket().Done():
			if p.comeBack(ctx); !p.socket().Welcome().Resumed {
				path.Close()
				return errors.New("the part was built again: another connection")
			}
		case <-p.moved():
			path.Close()
			return errors.New("it has moved again")
		case <-limit.C:
			p.fail(errors.New("the room never settled"))
			settled = true
		case <-ctx.Done():
		}
	}
	p.take(path)
	p.asked = time.Now()
	return nil
}
