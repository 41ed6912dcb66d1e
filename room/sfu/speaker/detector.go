package speaker

import "time"

// MaxSeats is how many seats a Detector can watch.
const MaxSeats = 20

// Frame is the time between two steps that Step is meant for, and the unit it
// works in.
const Frame = 20 * time.Millisecond

// maxFrames is how many frames a late Step makes up for; the rest of the pause is
// forgotten.
const maxFrames = 64

// nobody has the floor.
const nobody = -1

// Detector follows who talks in one circle. Its methods belong to one
// goroutine, except Intake. Make it with NewDetector.
type Detector struct {
	// Written by any goroutine.
	intakes [MaxSeats]Intake

	// Owned by the goroutine that steps.
	seats    [MaxSeats]seat
	count    int // of the seats
	dominant int
	recent   turns
	started  bool
	at       int64 // end of the newest frame
	phase    int   // frames of the block under way
}

// NewDetector watches that many seats, between 1 and MaxSeats; any other
// number panics.
func NewDetector(seats int) *Detector {
	if seats < 1 || seats > MaxSeats {
		panic("speaker: number of seats out of range")
	}
	d := &Detector{count: seats, dominant: nobody}
	for i := range d.seats {
		d.seats[i] = newSeat(0)
	}
	return d
}

// Intake is where the levels of a seat go in, the same for the Detector's life.
// Any goroutine may ask for it and keep it.
func (d *Detector) Intake(seat int) *Intake { return &d.intakes[:d.count][seat] }

// Step takes the levels that have come in and moves on to now, in nanoseconds.
// It is meant to be called every Frame; where it is early it waits for the
// frame to be full, where it is late it makes up for up to 1.3 s.
func (d *Detector) Step(now int64) {
	for i := range d.seats[:d.count] {
		d.take(i)
	}
	for range d.elapsed(now) {
		d.frame()
	}
	for i := range d.seats[:d.count] {
		d.seats[i].trim()
	}
}

// elapsed is how many frames have ended since the last step.
func (d *Detector) elapsed(now int64) int64 {
	if !d.started {
		d.started, d.at = true, now
		return 1
	}
	n := (now - d.at) / int64(Frame)
	if n <= 0 {
		return 0
	}
	if n > maxFrames {
		d.at = now
		return maxFrames
	}
	d.at += n * int64(Frame)
	return n
}

// take moves what came in for a seat to its queue.
func (d *Detector) take(i int) {
	in, s := &d.intakes[i], &d.seats[i]
	if resets := in.resets.Load(); resets != s.resets {
		*s = newSeat(resets)
		d.recent.remove(i)
		if d.dominant == i {
			d.dominant = nobody
		}
	}
	if in.levels.Load() != 0 {
		s.fill(in.levels.Swap(0))
	}
}

// frame moves on by 20 ms; every fifth ends a block and may pass the floor on.
func (d *Detector) frame() {
	for i := range d.seats[:d.count] {
		d.seats[i].next()
	}
	if d.phase++; d.phase < mediumN {
		return
	}
	d.phase = 0
	for i := range d.seats[:d.count] {
		d.seats[i].endBlock()
	}
	d.decide()
}

// decide passes the floor to the most active of those who may take it.
func (d *Detector) decide() {
	var holder, best activity
	if d.dominant != nobody {
		holder = d.seats[d.dominant].activity()
	}
	next := nobody
	for i := range d.seats[:d.count] {
		a := d.seats[i].activity()
		if i != d.dominant && a.takesFloor(holder) && (next == nobody || a.before(best)) {
			next, best = i, a
		}
	}
	if next != nobody {
		d.dominant = next
		d.recent.take(next)
	}
}

// Dominant is the seat that has the floor, -1 while nobody has spoken yet, or
// after its seat was reset. It stays through silence.
func (d *Detector) Dominant() int { return d.dominant }

// Talking says whether a seat talks now, with or without the floor: from about 200 ms
// after the first word, through pauses of up to about 600 ms. A seat that
// does not exist is silent.
func (d *Detector) Talking(seat int) bool {
	return seat >= 0 && seat < d.count && d.seats[seat].talking
}

// Recent appends the seats that have had the floor, the latest first; that is Dominant,
// if there is one. It allocates nothing where out has room for MaxSeats.
func (d *Detector) Recent(out []int) []int { return d.recent.list(out) }
