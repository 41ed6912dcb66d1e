package presence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hearth/room"
)

const (
	// nodeLife is how long an announcement is kept.
	nodeLife = time.Minute
	// maxNodes bounds how many nodes are read of one answer.
	maxNodes = 1024
	// maxURL bounds an internal URL and an origin, in bytes.
	maxURL = 256
	// maxLoad bounds the numbers that a node says of itself.
	maxLoad = 1 << 20
)

// announcement is what one node says of itself, in {nodes}.
type announcement struct {
	At     int64  `json:"at,omitempty"` // Redis' clock, ms; written by the script
	URL    string `json:"url"`
	Origin string `json:"origin"`
	State  string `json:"state"` // ready; anything else takes no new rooms
	Rooms  int    `json:"rooms"`
	People int    `json:"people"`
}

// Announce tells the cluster about this node and returns the nodes that have
// announced themselves within a minute, in no order, each with its age by
// Redis' clock. They are as before this call: the entry of this node is its
// last announcement, and is missing the first time and where Redis has lost
// its data. Entries that cannot be read are left out and counted. Repeat it
// every 500 ms.
func (s *Store) Announce(ctx context.Context, load room.Load) ([]room.Node, error) {
	reply, err := s.run(ctx, "announce", nodesScript, []string{s.nodesKey()},
		s.cfg.Node, s.said(load), nodeLife.Milliseconds())
	if err != nil {
		return nil, err
	}
	return s.readNodes(reply)
}

// said is the announcement of this node without its opening brace: the script
// puts the time in front.
func (s *Store) said(load room.Load) string {
	state := "ready"
	if load.Draining {
		state = "draining"
	}
	text, err := json.Marshal(announcement{
		URL: s.cfg.NodeURL, Origin: s.cfg.Origin, State: state,
		Rooms: bounded(load.Rooms), People: bounded(load.People),
	})
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(text[1:])
}

func bounded(n int) int { return min(max(n, 0), maxLoad) }

// readNodes reads the answer of nodes.lua.
func (s *Store) readNodes(reply []any) ([]room.Node, error) {
	if len(reply) == 0 || len(reply)%2 == 0 {
		return nil, fmt.Errorf("presence: announce: %w", ErrCorrupt)
	}
	now, err := wholeNumber(reply[0])
	if err != nil {
		return nil, fmt.Errorf("presence: announce: %w", err)
	}
	reply = reply[1:min(len(reply), 1+2*maxNodes)]
	nodes := make([]room.Node, 0, len(reply)/2)
	for ; len(reply) > 0; reply = reply[2:] {
		id, _ := reply[0].(string)
		text, _ := reply[1].(string)
		if n, ok := readNode(id, text, int64(now)); ok {
			nodes = append(nodes, n)
		} else {
			s.stats.garbage.Add(1)
		}
	}
	return nodes, nil
}

// readNode reads one announcement. Fields it does not know are a later
// version's; a state it does not know takes no rooms.
func readNode(id, text string, now int64) (room.Node, bool) {
	var a announcement
	if !goodRoom(id) || json.Unmarshal([]byte(text), &a) != nil || !a.good() {
		return room.Node{}, false
	}
	age := time.Duration(max(now-a.At, 0)) * time.Millisecond
	return room.Node{
		ID: id, URL: a.URL, Origin: a.Origin, Draining: a.State != "ready",
		Rooms: a.Rooms, People: a.People, Age: age,
	}, true
}

func (a announcement) good() bool {
	return a.At > 0 && a.At <= maxInstant && goodURL(a.URL) && goodURL(a.Origin) &&
		a.Rooms == bounded(a.Rooms) && a.People == bounded(a.People)
}

// goodURL tells whether a URL or an origin is short and visible ASCII, or
// empty. What it means is for those who use it.
func goodURL(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' {
			return false
		}
	}
	return len(text) <= maxURL
}

// Owner says who owns a room; the zero value for nobody. ErrBad for a room id
// that cannot be one, ErrCorrupt where the owner cannot be read.
func (s *Store) Owner(ctx context.Context, id string) (room.Owned, error) {
	if !goodRoom(id) {
		return room.Owned{}, fmt.Errorf("presence: owner: %w", ErrBad)
	}
	var fields []any
	err := s.call(ctx, "owner", func(ctx context.Context) (err error) {
		fields, err = s.client.HMGet(ctx, s.roomKeys(id)[0], "node", "url", "epoch").Result()
		return err
	})
	if err != nil {
		return room.Owned{}, err
	}
	return s.readOwner(fields)
}

// readOwner reads the fields node, url and epoch of {R}:owner.
func (s *Store) readOwner(fields []any) (room.Owned, error) {
	if len(fields) == 3 && fields[0] == nil && fields[1] == nil && fields[2] == nil {
		return room.Owned{}, nil
	}
	var owned room.Owned
	if err := ownedBy("owner", fields); !errors.As(err, &owned) || !goodRoom(owned.Node) || !goodURL(owned.URL) {
		s.stats.garbage.Add(1)
		return room.Owned{}, fmt.Errorf("presence: owner: %w", ErrCorrupt)
	}
	return owned, nil
}
