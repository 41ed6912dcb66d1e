package room

// practice is a command of the session: its steps, rounds, texts and signals.
func (c *chaos) practice() Command {
	on, number := c.bool(), c.n(140)-5
	steps := []Step{StepArrival, StepOpening, StepTopic, StepSharing, StepProcessing, StepClosing, StepWindDown, "elsewhere"}
	all := []func() Command{
		func() Command { return Move{c.host(), steps[c.n(len(steps))]} },
		func() Command { return Plan{By: c.host(), Length: &number, Shared: &on} },
		func() Command { return Plan{By: c.host(), Order: []Step{steps[c.n(7)], steps[c.n(7)]}, Door: &number} },
		func() Command {
			return StartRound{c.host(), []RoundKind{RoundGoAround, RoundGoodbye, "other"}[c.n(3)], c.n(8) - 1, on, c.n(8) - 1}
		},
		func() Command { return NextTurn{c.id()} },
		func() Command {
			return []Command{SwapSeats{c.host(), c.n(8) - 1, c.n(8) - 1}, SendCard{c.id(), CardThanks}, MarkLast{c.host(), c.n(8) - 1, on}, AskGoodbye{c.id(), on}}[c.n(4)]
		},
		func() Command {
			return []Command{StepAside{c.host(), c.n(8) - 1}, StepAside{c.host(), c.n(8) - 1}, ComeBack{c.host(), c.n(8) - 1}}[c.n(3)]
		},
		func() Command {
			return []Command{SayGroup{c.id(), "hello"}, SayStaff{c.host(), "hello"}, AskHelp{c.id(), "hello"}, Caption{c.id(), "hello"}}[c.n(4)]
		},
		func() Command {
			return []Command{AnswerHelp{c.host(), c.id(), "hello"}, OpenText{c.host(), on}, Notify{c.host(), NoticeSoon}}[c.n(3)]
		},
		func() Command {
			return []Command{Tick{By: c.host(), Seat: c.n(8) - 1, Alone: &on}, AskSupport{c.id(), on}, AnswerSupport{c.host(), c.n(8) - 1}}[c.n(3)]
		},
		func() Command { return StartQuiet{c.host(), QuietWriting, number} },
		func() Command {
			return []Command{SetPrompt{c.host(), "card"}, SetNote{c.host(), "note"}, Arrange{c.host(), on}, EndQuiet{c.host()}}[c.n(4)]
		},
		func() Command { return PassTurn{c.id(), on} },
		func() Command { return NextTurn{c.host()} },
		func() Command { return GiveTurn{c.host(), c.n(8) - 1} },
		func() Command { return LendTurn{c.host(), c.n(8) - 1} },
		func() Command {
			if c.n(4) > 0 {
				return tick{}
			}
			return EndRound{c.host()}
		},
	}
	return all[c.n(len(all))]()
}
