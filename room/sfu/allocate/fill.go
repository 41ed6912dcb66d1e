package allocate

// spread is a rung for every seat.
type spread [Seats]int8

// filling spends a budget by rank.
type filling struct {
	plan  *Plan
	left  int64
	rungs spread
}

// fill is the best the budget gives, by rank alone (see the package's rules).
func (p *Plan) fill(budget int64) spread {
	f := filling{plan: p, left: budget}
	f.musts()
	f.round(1)
	f.speaker()
	for r := int8(2); r < rungs; r++ {
		f.round(r)
	}
	return f.rungs
}

// raise lifts a seat to a rung if that can be paid.
func (f *filling) raise(i, to int8) bool {
	s := &f.plan.seats[i]
	if s.barred || to > s.top() || to <= f.rungs[i] {
		return false
	}
	more := s.price[to] - s.price[f.rungs[i]]
	if more > f.left {
		return false
	}
	f.left -= more
	f.rungs[i] = to
	return true
}

// round lifts everybody by one rung, in order.
func (f *filling) round(to int8) {
	for _, i := range f.plan.order[:f.plan.count] {
		if f.rungs[i] == to-1 {
			f.raise(i, to)
		}
	}
}

// musts serves slide and pinned seats.
func (f *filling) musts() {
	for _, i := range f.plan.order[:f.plan.count] {
		switch s := &f.plan.seats[i]; {
		case s.rank == Slide && !s.pinned:
			f.raise(i, 1)
		case s.pinned || s.rank == Slide:
			f.best(i)
		}
	}
}

// best lifts a seat as near to the full frame rate as can be paid.
func (f *filling) best(i int8) {
	for r := int8(full); r > 0; r-- {
		if f.raise(i, r) {
			return
		}
	}
}

// speaker lifts the dominant speaker to the full frame rate beside a pinned
// seat, so that both can be followed.
func (f *filling) speaker() {
	pinned := false
	for _, i := range f.plan.order[:f.plan.count] {
		s := &f.plan.seats[i]
		pinned = pinned || s.pinned && !s.barred
		if pinned && s.rank == DominantSpeaker && f.rungs[i] > 0 {
			f.best(i)
		}
	}
}

// cost is what a spread takes.
func (p *Plan) cost(s *spread) (bits int64) {
	for _, i := range p.order[:p.count] {
		bits += p.seats[i].price[s[i]]
	}
	return bits
}
