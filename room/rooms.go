package room

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// waitForEnd is how long Enter waits for an earlier life of a room to end.
const waitForEnd = 2 * time.Second

// Config is what rooms need. Settings, Presence, Media and Log are required.
type Config struct {
	Settings Settings
	Presence Presence
	Media    Media
	Log      *slog.Logger

	// Ended hears of every session that somebody sat in, once it is over here
	// (S-13); nil for nobody. Rooms' goroutines call it; it must not block.
	Ended func(Summary)

	// Elsewhere says whether another node is ready to take rooms; it must not
	// block. Nil for a node that is alone: its rooms end with it, and go on from
	// their record.
	Elsewhere func() bool
	// Settle tells all other nodes to end what they still do for a room under an
	// epoch before this one (Shut), within ctx; half a second at most. Commands that
	// restrict somebody wait for it, so that nobody is heard through an earlier
	// owner. Nil for a node that is alone.
	Settle func(ctx context.Context, room string, epoch uint64)
}

// Rooms are the rooms that are live on this node. Safe for concurrent use.
type Rooms struct {
	// Static after construction.
	config Config
	stats  counters
	ctx    context.Context // ends the rooms' conversations with Redis
	cancel context.CancelFunc

	unwritten atomic.Bool // ctx has ended before Redis had heard everything

	mu       sync.Mutex
	live     map[string]*Room // from before the claim until the lease is given up
	draining bool
}

// NewRooms checks the configuration. No room is open yet.
func NewRooms(c Config) (*Rooms, error) {
	if err := c.Settings.Validate(); err != nil {
		return nil, err
	}
	if c.Presence == nil || c.Media == nil || c.Log == nil {
		return nil, errors.New("room: presence, media and log are required")
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Rooms{config: c, ctx: ctx, cancel: cancel, live: map[string]*Room{}}, nil
}

// Seats is the number of seats in a circle.
func (rs *Rooms) Seats() int { return rs.config.Settings.Caps.Seats() }

// Live says whether the room is open on this node, or about to be. One that goes
// on elsewhere is not, even while its media still flows.
func (rs *Rooms) Live(room string) bool {
	r := rs.look(room)
	return r != nil && !r.apart.Load()
}

// Enter brings a person into a room, which is opened when it is not live here.
// With a seal the person returns to where the ticket says. The link is shown
// the first view before Enter returns, and may get its Bye at any time after.
//
// Refusals, ErrOwned while another node has the room, ErrUnavailable while it
// cannot be claimed, is on its way to another owner, or would be a new one on a
// node that drains.
func (rs *Rooms) Enter(ctx context.Context, room string, p Person, seal *Seal, l Link) (*Participant, error) {
	for {
		r, err := rs.open(ctx, room)
		if err != nil {
			return nil, err
		}
		handle, err := r.enter(ctx, p, seal, l)
		if !errors.Is(err, errClosed) {
			return handle, err
		}
		if err := r.waitGone(ctx); err != nil {
			return nil, err
		}
	}
}

// open returns the live room, and waits for its claim. Everybody who asks at
// the same time shares one claim; nobody else's room waits for it.
func (rs *Rooms) open(ctx context.Context, name string) (*Room, error) {
	r, err := rs.room(name)
	if err != nil {
		return nil, err
	}
	select {
	case <-r.ready:
		return r, r.failed
	case <-ctx.Done():
		return nil, ErrUnavailable
	}
}

// room finds or starts a room.
func (rs *Rooms) room(name string) (*Room, error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r := rs.live[name]
	if r == nil && rs.draining {
		return nil, ErrUnavailable // rooms that wait to be handed over are still live
	}
	if r == nil {
		r = &Room{
			name: name, house: rs,
			inbox: make(chan task, inboxSize), stirred: make(chan struct{}, 1),
			ready: make(chan struct{}), closed: make(chan struct{}), gone: make(chan struct{}),
			handles: map[ID]*Participant{},
		}
		rs.live[name] = r
		go r.run(rs.ctx) // joined by Close through r.gone
	}
	return r, nil
}

func (r *Room) waitGone(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, waitForEnd)
	defer cancel()
	select {
	case <-r.gone:
		return nil
	case <-ctx.Done():
		return ErrUnavailable
	}
}

// forget takes a room out that has ended, unless its name has a new life.
func (rs *Rooms) forget(r *Room) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.live[r.name] == r {
		delete(rs.live, r.name)
	}
}

// Close drains: nobody enters any more, and every room goes on elsewhere from its
// record, handed over where another node is ready. It returns when every
// goroutine of every room has ended; when ctx ends first, what is left ends at
// once. An error says that Redis has not heard everything then. A second Close
// takes no longer than eight seconds, and ends the first.
func (rs *Rooms) Close(ctx context.Context) error {
	rooms, again := rs.drain()
	if again {
		hurry, cancel := context.WithTimeout(ctx, hurryWithin)
		defer cancel()
		ctx = hurry
	}
	stop := context.AfterFunc(ctx, rs.cancel)
	defer stop()
	var posts sync.WaitGroup
	for _, r := range rooms {
		posts.Go(func() {
			if <-r.ready; r.failed == nil {
				_ = r.call(context.Background(), r.drain)
			}
		})
	}
	posts.Wait()
	for _, r := range rooms {
		<-r.gone
	}
	rs.cancel()
	if rs.unwritten.Load() {
		return rs.ctx.Err()
	}
	return nil
}

// drain closes the door and lists the rooms; again where it was closed before.
func (rs *Rooms) drain() (rooms []*Room, again bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	again, rs.draining = rs.draining, true
	for _, r := range rs.live {
		rooms = append(rooms, r)
	}
	return rooms, again
}
