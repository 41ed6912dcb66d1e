package allocate

const (
	// headroom is what a step up leaves free, in percent on top of its price.
	headroom = 115
	// A step up waits for stepLeast; up to stepMost where going up had to be undone.
	stepLeast = 3 * second
	stepMost  = 12 * second
	// undone is how soon after a step up a step down counts as its undoing, and
	// how long a step has to last for the next ones to come quickly again.
	undone = 10 * second
	// needStep and a third of what is spent is what a probe should try more at a
	// time: what fails does harm in proportion.
	needStep = 50_000
	// needEvery is how often that is worked out.
	needEvery = second / 2
)

// Why is why a seat is Off.
type Why uint8

// Reasons.
const (
	Shown Why = iota // it is not Off, or has no picture
	Weak             // the viewer's connection does not carry it
	Saver            // the viewer saves data
)

// Choice is what one seat gets.
type Choice struct {
	Level Level
	Why   Why
}

// Plan is one viewer's. The zero value has shown nothing yet. Not safe for
// concurrent use.
type Plan struct {
	// Pace is the time between two pictures that begin, after the first two; 0
	// lets all begin at once. Each begins with a keyframe: those of a full circle are
	// 60 to 100 kB, more than a second of a weak downlink. Set it before the first
	// Next, or at any time.
	Pace int64
	// Quick lets a new picture begin at its full frame rate where the budget has
	// room for that, for a path that is known to be no weak one. Otherwise it climbs
	// from the first rung.
	Quick bool

	seats   [Seats]seat
	order   [Seats]int8 // of those present, by key
	count   int
	choices [Seats]Choice

	low      low
	hold     int64 // between steps up
	moved    int64 // the last step, up or down
	lastUp   int64
	failed   bool // it was undone
	need     int64
	needNext int64 // when it is worked out again
	begun    bool
	most     int64 // for the saver's picture
	starts   starts
}

// Next plans anew. budget is what pictures may take, payload bits a second; at
// most Seats candidates count, each seat once, others are passed by. saver is the
// viewer's wish for few bytes. The answer, by seat number, is valid until the next call.
func (p *Plan) Next(now, budget int64, saver bool, candidates []Candidate) *[Seats]Choice {
	if !p.begun {
		p.begun, p.hold, p.lastUp, p.moved = true, stepLeast, now-undone, now
	}
	budget = max(budget, 0)
	changed := p.take(candidates, saver)
	p.low.add(budget, now)
	if saver {
		budget = min(budget, p.most)
	}
	p.move(now, budget, changed, saver)
	p.note(now, budget, saver)
	return &p.choices
}

// Need is the budget that the next step up needs, head-room included: what a
// probe should try. It is 0 while there is nothing to gain or nothing is missing.
func (p *Plan) Need() int64 { return p.need }

// take reads the candidates and says whether ranks, tiles or pictures changed.
func (p *Plan) take(candidates []Candidate, saver bool) (changed bool) {
	one := -1
	if saver {
		one, p.most = theOne(candidates)
	}
	var seen [Seats]bool
	p.count = 0
	for i := range candidates {
		c := &candidates[i]
		if c.Seat < 0 || c.Seat >= Seats || seen[c.Seat] || !c.Low && !c.High {
			continue
		}
		seen[c.Seat] = true
		changed = p.seats[c.Seat].take(c, saver && c.Seat != one, saver) || changed
		p.insert(int8(c.Seat))
	}
	for i := range p.seats {
		if p.seats[i].present && !seen[i] {
			p.seats[i] = seat{}
			changed = true
		}
	}
	return changed
}

// insert keeps the order sorted.
func (p *Plan) insert(i int8) {
	at := p.count
	for ; at > 0 && p.seats[p.order[at-1]].key > p.seats[i].key; at-- {
		p.order[at] = p.order[at-1]
	}
	p.order[at] = i
	p.count++
}

// move goes from what is towards what should be.
func (p *Plan) move(now, budget int64, changed, saver bool) {
	have := p.rungs()
	total := p.cost(&have)
	spare := p.spare(saver)
	switch {
	case total > budget:
		p.down(now, p.fill(budget))
	case changed:
		p.shift(p.fill(max(total, spare)))
	case now-p.moved >= p.wait(total, spare):
		p.up(now, have, max(total, spare), spare)
	}
}

// wait is how long after a step the next one up may come. Where there is plenty
// to spare, failures of the past say nothing.
func (p *Plan) wait(total, spare int64) int64 {
	if spare > total+total/4 {
		return stepLeast
	}
	return p.hold
}

// spare is the budget less head-room, as it was for more than a second. The
// saver's cap is no estimate and needs no head-room.
func (p *Plan) spare(saver bool) int64 {
	spare := p.low.min() * 100 / headroom
	if saver {
		spare = min(spare, p.most)
	}
	return spare
}

func (p *Plan) rungs() (have spread) {
	for _, i := range p.order[:p.count] {
		have[i] = p.seats[i].at
	}
	return have
}

// down takes at once what is not there. Soon after a step up it was too much
// to go up, and the next one waits longer.
func (p *Plan) down(now int64, target spread) {
	if now-p.lastUp < undone && !p.failed {
		p.failed, p.hold = true, min(2*p.hold, stepMost)
	}
	p.moved = now
	p.shift(target)
}

// shift lowers seats to the target, and lifts to it those whose rank rose. A
// new picture begins on the first rung, or a quick one.
func (p *Plan) shift(target spread) {
	first := int8(1)
	if p.Quick {
		first = full
	}
	for _, i := range p.order[:p.count] {
		s := &p.seats[i]
		switch {
		case s.rises || target[i] < s.at:
			s.at = target[i]
		case s.isNew:
			s.at = min(target[i], first)
		}
	}
}

// up lifts every seat by one rung at most, within spare. Where that is not
// possible because others have too much, they give it: but only if a seat is
// without picture, pinned, or worse off than one of lower rank.
func (p *Plan) up(now int64, have spread, total, spare int64) {
	next, gain := p.lifted(have, p.fill(spare))
	if !gain || p.cost(&next) > spare {
		if !p.unfair(have, p.fill(total)) {
			return
		}
		if next, gain = p.settled(have, p.fill(total)); !gain {
			return
		}
	}
	for _, i := range p.order[:p.count] {
		p.seats[i].at = next[i]
	}
	if !p.failed && now-p.lastUp >= undone {
		p.hold = stepLeast
	}
	p.failed, p.lastUp, p.moved = false, now, now
}

// lifted is have, one rung nearer to the target where that is higher.
func (p *Plan) lifted(have, target spread) (next spread, gain bool) {
	next = have
	for _, i := range p.order[:p.count] {
		if target[i] > have[i] {
			next[i] = have[i] + 1
			gain = true
		}
	}
	return next, gain
}

// settled is the target, but no seat more than one rung up.
func (p *Plan) settled(have, target spread) (next spread, gain bool) {
	for _, i := range p.order[:p.count] {
		next[i] = min(have[i]+1, target[i])
		gain = gain || next[i] > have[i]
	}
	return next, gain
}

// unfair says that a seat has nothing although it should, a pinned one less than
// it should, or one less than another of lower rank with the same ladder.
func (p *Plan) unfair(have, target spread) bool {
	for n, i := range p.order[:p.count] {
		if target[i] <= have[i] {
			continue
		}
		if have[i] == 0 || p.seats[i].pinned {
			return true
		}
		for _, j := range p.order[n+1 : p.count] {
			if have[j] > have[i] && p.seats[j].top() == p.seats[i].top() {
				return true
			}
		}
	}
	return false
}

// note writes the answer down, and what a probe should try.
func (p *Plan) note(now, budget int64, saver bool) {
	p.choices = [Seats]Choice{}
	for _, i := range p.order[:p.count] {
		s := &p.seats[i]
		s.level = s.steps[s.at]
		if s.open = s.at > 0 && (s.open || p.starts.take(p.Pace, now)); s.at > 0 && !s.open {
			continue // it begins in a moment
		}
		p.choices[i] = Choice{Level: s.level, Why: s.why(saver, p.most)}
	}
	if now >= p.needNext || saver {
		p.need, p.needNext = p.wants(budget, saver), now+needEvery
	}
}

// wants is what the next step up needs.
func (p *Plan) wants(budget int64, saver bool) int64 {
	if saver {
		return 0
	}
	have := p.rungs()
	total := p.cost(&have)
	next, gain := p.lifted(have, p.fill(total+total/3+needStep))
	if !gain { // something dear
		next, gain = p.lifted(have, p.fill(1<<50))
	}
	if need := p.cost(&next) * headroom / 100; gain && need > budget {
		return need
	}
	return 0
}

func (s *seat) why(saver bool, most int64) Why {
	switch {
	case s.at > 0:
		return Shown
	case s.barred || saver && s.price[1] > most:
		return Saver
	}
	return Weak
}
