package sfu

import "time"

// keyframePause is the least time between two keyframe requests for a layer.
const keyframePause = int64(500 * time.Millisecond)

// How often one subscriber may ask for a keyframe of one seat, whatever others
// ask: keyframeAsks at once, and one more every keyframePrice seconds.
const (
	keyframeAsks  = 3
	keyframePrice = 2
)

// keyframeRequest is the one outstanding request for a layer, whoever and how
// many ask. Guarded by its layer's lock.
type keyframeRequest struct {
	wanted bool
	asked  int64 // when a PLI was last sent; 0 for never
}

// want asks for a keyframe that begins after now.
func (k *keyframeRequest) want() { k.wanted = true }

// came is told of every keyframe that begins.
func (k *keyframeRequest) came() { k.wanted = false }

// forget drops the request. A layer that sends nothing is asked once: a slide
// that stands still answers, one that its publisher's encoder has dropped never
// will. Whoever still waits when it sends again asks with the next tick (aim).
func (k *keyframeRequest) forget() { k.wanted = false }

// due tells whether to send a PLI now, and notes that it was sent.
func (k *keyframeRequest) due(now int64) bool {
	if !k.wanted || k.asked != 0 && now-k.asked < keyframePause {
		return false
	}
	k.asked = now
	return true
}
