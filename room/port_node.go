package room

import "time"

// Load is what a node says of itself to the others. The numbers are sums over
// its rooms.
type Load struct {
	Draining bool // takes no new rooms
	Rooms    int  // rooms it owns
	People   int  // people seated in them
}

// Node is a node of the cluster, as the presence store shows it to the others.
type Node struct {
	ID       string        // unique in the cluster
	URL      string        // of its internal listener, https://host:port; "" where it has none
	Origin   string        // its own public origin, https://host; "" where it has none
	Draining bool          // as in Load
	Rooms    int           // as in Load
	People   int           // as in Load
	Age      time.Duration // since it last announced itself, by the store's clock; never negative
}
