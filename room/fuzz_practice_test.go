package room

// outside is somebody in a side room, or else stepped out, where there is one;
// 0 for nobody.
func (c *chaos) outside() (id ID) {
	for _, p := range c.s.seats {
		switch {
		case p == nil || p.is(Facilitator):
		case p.side != 0:
			return p.id
		case p.stage == SteppedOut:
			id = p.id
		}
	}
	return id
}

// member is the seat of somebody but a facilitator, -1 where there is none.
func (c *chaos) member() int {
	for _, p := range c.s.seats {
		if p != nil && p.inCircle() && !p.is(Facilitator) {
			return p.seat
		}
	}
	return -1
}

// practice is a command of the session: its steps, rounds, texts and signals.
func (c *chaos) practice() Command {
	on, number := c.bool(), c.n(140)-5
	if id := c.outside(); id != 0 && c.n(3) == 0 {
		return AskBack{id, on}
	}
	steps := []Step{StepArrival, StepOpening, StepTopic, StepSharing, StepProcessing, StepClosing, StepWindDown, "elsewhere"}
	all := []func() Command{
		func() Command { return Move{c.leader(), steps[c.n(len(steps))]} },
		func() Command { return Plan{By: c.leader(), Length: &number, Shared: &on} },
		func() Command {
			return Plan{By: c.leader(), Order: []Step{steps[c.n(7)], steps[c.n(7)]}, Door: &number}
		},
		func() Command {
			return StartRound{c.leader(), []RoundKind{RoundGoAround, RoundGoodbye, "other"}[c.n(3)], c.n(8) - 1, on, c.n(8) - 1}
		},
		func() Command { return NextTurn{c.id()} },
		func() Command {
			return []Command{SwapSeats{c.leader(), c.n(8) - 1, c.n(8) - 1}, SendCard{c.id(), CardThanks}, MarkLast{c.leader(), c.n(8) - 1, on}, AskGoodbye{c.id(), on}}[c.n(4)]
		},
		func() Command {
			return []Command{StepAside{c.leader(), c.member()}, StepAside{c.leader(), c.n(8) - 1}, ComeBack{c.leader(), c.n(8) - 1}}[c.n(3)]
		},
		func() Command {
			return []Command{SayGroup{c.id(), "hello"}, SayStaff{c.leader(), "hello", on}, AskHelp{c.id(), "hello"}, Caption{c.id(), "hello"}}[c.n(4)]
		},
		func() Command {
			return []Command{AnswerHelp{c.leader(), c.id(), "hello"}, OpenText{c.leader(), on}, Notify{c.leader(), NoticeSoon}}[c.n(3)]
		},
		func() Command {
			return []Command{Tick{By: c.leader(), Seat: c.n(8) - 1, Alone: &on}, AskSupport{c.id(), on}, AnswerSupport{c.leader(), c.n(8) - 1}}[c.n(3)]
		},
		func() Command { return StartQuiet{c.leader(), QuietWriting, number} },
		func() Command {
			return []Command{SetPrompt{c.leader(), "card"}, SetNote{c.leader(), "note"}, Arrange{c.leader(), on}, EndQuiet{c.leader()}}[c.n(4)]
		},
		func() Command { return PassTurn{c.id(), on} },
		func() Command { return NextTurn{c.leader()} },
		func() Command { return GiveTurn{c.leader(), c.n(8) - 1} },
		func() Command { return LendTurn{c.leader(), c.n(8) - 1} },
		func() Command {
			if c.n(4) > 0 {
				return tick{}
			}
			return EndRound{c.leader()}
		},
	}
	return all[c.n(len(all))]()
}
