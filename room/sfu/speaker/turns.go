package speaker

// turns are the seats that have had the floor, the latest first, each once.
type turns struct {
	order [MaxSeats]int8
	n     int
}

// take puts a seat first.
func (t *turns) take(seat int) {
	t.remove(seat)
	copy(t.order[1:], t.order[:t.n])
	t.order[0] = int8(seat)
	t.n++
}

// remove forgets a seat.
func (t *turns) remove(seat int) {
	for i, s := range t.order[:t.n] {
		if int(s) == seat {
			t.n = i + copy(t.order[i:t.n-1], t.order[i+1:t.n])
			return
		}
	}
}

func (t *turns) list(out []int) []int {
	for _, s := range t.order[:t.n] {
		out = append(out, int(s))
	}
	return out
}
