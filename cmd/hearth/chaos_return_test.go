package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"hearth/room"
	"hearth/signaling/client"
)

// How a person comes back, as the page does (web/core/link.js, media.js): after a
// lost socket at the other servers that the welcome named, and while a restart
// is not answered, at another server beside the socket that says nothing.
const (
	firstDelay     = 500 * time.Millisecond // before the first attempt; doubled each time, and scattered
	longestDelay   = 8 * time.Second
	helloPatience  = 3 * time.Second         // for one attempt
	mediaPatience  = 2 * time.Second         // nothing is heard for so long: restart
	answerPatience = time.Second             // for the answer to a restart
	effectPatience = 1500 * time.Millisecond // for its effect
	restartWait    = 3 * time.Second         // for a new connection
	settleWait     = 6 * time.Second         // for the word that a moved room has settled
)

// live looks after the person until ctx ends or its part is over. It is called
// once, when there is a first connection.
func (p *person) live() {
	ctx, cancel := context.WithCancel(context.Background())
	p.end = cancel
	p.servers(p.socket())
	p.done.Go(func() {
		tick := time.NewTicker(40 * time.Millisecond)
		defer tick.Stop()
		for p.ended() == "" {
			select {
			case <-ctx.Done():
				return
			case <-p.socket().Done():
				p.comeBack(ctx)
			case <-tick.C:
				p.follow(ctx)
				p.listen(ctx)
			}
		}
	})
}

// comeBack says hello with the ticket until somebody welcomes it: to all
// servers it knows, and again after a pause.
func (p *person) comeBack(ctx context.Context) {
	old := p.socket()
	if p.finished(old.Bye(), old.CloseCode()) {
		return
	}
	servers := p.servers(old)
	if code := old.CloseCode(); code < 4100 || code == closedForDrain { // it may be gone
		servers = append(servers[1:], servers[0])
	}
	for try := 0; ctx.Err() == nil; try++ {
		rest(ctx, try)
		for _, url := range servers {
			if p.attempt(ctx, old, url) {
				return
			}
		}
	}
}

// servers are all it was ever told of, the one of the link first: a server that
// was away at the last welcome may be the only one now.
func (p *person) servers(link *client.Client) []string {
	now := link.Nodes()
	for _, url := range now {
		if !slices.Contains(p.known, url) {
			p.known = append(p.known, url)
		}
	}
	for _, url := range p.known {
		if !slices.Contains(now, url) {
			now = append(now, url)
		}
	}
	return now
}

// closedForDrain: the server is going away.
const closedForDrain = 4103

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

// rest waits before an attempt, as web/core/backoff.js.
func rest(ctx context.Context, try int) {
	full := min(longestDelay, firstDelay<<min(try, 10))
	wait(ctx, max(firstDelay, full/2+rand.N(full/2)))
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// attempt says hello once, to one server. It returns true when that is enough: there is a
// link again, or the part is over.
func (p *person) attempt(ctx context.Context, old *client.Client, url string) bool {
	p.tries.Add(1)
	short, cancel := context.WithTimeout(ctx, helloPatience)
	defer cancel()
	hello := old.Resume()
	link, err := client.Dial(short, url, hello)
	if client.Final(err) {
		var refused *client.Refused
		_ = errors.As(err, &refused)
		return p.finished(refused.Code, 0)
	}
	if err != nil {
		return false
	}
	p.use(link)
	if link.Welcome().Resumed {
		return true
	}
	if err := p.rebuild(ctx); err != nil && ctx.Err() == nil {
		link.Close() // try all of it again
	}
	return true
}

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
	short, cancel := context.WithTimeout(ctx, restartWait)
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
func (p *person) listen(ctx context.Context) {
	if time.Since(p.asked) < mediaPatience || p.ear.quiet() < mediaPatience || !p.expectsSound() {
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

// doubt says hello to the other servers, because nobody answers at the present
// one. Where none of them welcomes it, live comes back.
func (p *person) doubt(ctx context.Context) {
	old := p.socket()
	for _, url := range p.servers(old)[1:] {
		if p.lost() || p.attempt(ctx, old, url) {
			return
		}
	}
	old.Close()
}

// lost says whether the present socket has ended: live comes back.
func (p *person) lost() bool {
	select {
	case <-p.socket().Done():
		return true
	default:
		return false
	}
}

// await gives a restart its time; if it is in vain, the server may have no
// sound to give: another link is made, with a connection of its own.
func (p *person) await(ctx context.Context) {
	for deadline := time.Now().Add(effectPatience); time.Now().Before(deadline) && ctx.Err() == nil; wait(ctx, 20*time.Millisecond) {
		if p.ear.quiet() < mediaPatience || p.lost() {
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

// follow goes where the room goes on, when the present link says so: a second
// link and a second connection first, then the old ones end.
func (p *person) follow(ctx context.Context) {
	old := p.socket()
	if p.old.Load() {
		return
	}
	select {
	case <-old.Moving():
	default:
		return
	}
	p.moves.Add(1)
	for ctx.Err() == nil && !p.move(ctx, old) {
		select {
		case <-old.Done():
			return // too late: live comes back
		default:
			wait(ctx, 100*time.Millisecond)
		}
	}
}

// move makes the second link and connection, and changes over when the room
// has come together again.
func (p *person) move(ctx context.Context, old *client.Client) bool {
	short, cancel := context.WithTimeout(ctx, helloPatience)
	defer cancel()
	link, err := old.Move(short)
	if err != nil {
		return false
	}
	path, err := p.connect(short, link)
	if err != nil {
		link.Close()
		return false
	}
	_ = p.unmute(short, link)
	select {
	case <-link.Settled():
	case <-old.Done():
	case <-time.After(settleWait):
		p.fail(errors.New("the room never settled"))
	case <-ctx.Done():
	}
	p.take(path)
	p.use(link)
	return true
}
