package room

import "reflect"

// right is who may ask something: in which stages, and as what.
type right struct {
	stages stageSet
	roles  roleSet
}

type (
	stageSet uint8
	roleSet  uint8
)

const (
	inEntered stageSet = 1 << iota
	inWaiting
	inSeat
	inSteppedOut

	anywhere  = inEntered | inWaiting | inSeat | inSteppedOut
	afterName = inWaiting | inSeat | inSteppedOut
)

const (
	anyRole  = roleSet(1<<Patient | 1<<Facilitator | 1<<Support)
	hostOnly = roleSet(1 << Facilitator)
)

var (
	host      = right{inSeat, hostOnly} // a seated facilitator
	inCircle  = right{inSeat, anyRole}  // anybody seated
	seatKept  = right{inSeat | inSteppedOut, anyRole}
	outside   = right{inWaiting | inSteppedOut, anyRole}
	captioner = right{inSeat, roleSet(1 << Support)}
	anybody   = right{anywhere, anyRole}
	happens   = right{0, 0}               // nobody asks: it comes from the room itself
	forNamed  = right{afterName, anyRole} // whoever has knocked
)

// rights says who may ask what (M-F13). It is looked up before anything else is
// done with a command; a command that is not in it is refused to everybody.
var rights = map[reflect.Type]right{
	reflect.TypeFor[Knock]():    {inEntered, anyRole},
	reflect.TypeFor[Set]():      forNamed,
	reflect.TypeFor[AskVideo](): {inSeat, anyRole},
	reflect.TypeFor[Rename]():   forNamed,
	reflect.TypeFor[Leave]():    anybody,

	reflect.TypeFor[Admit]():        host,
	reflect.TypeFor[AdmitAll]():     host,
	reflect.TypeFor[Decline]():      host,
	reflect.TypeFor[Mute]():         host,
	reflect.TypeFor[StopVideo]():    host,
	reflect.TypeFor[Release]():      host,
	reflect.TypeFor[LowerHand]():    host,
	reflect.TypeFor[StepOut]():      host,
	reflect.TypeFor[Remove]():       host,
	reflect.TypeFor[Lift]():         host,
	reflect.TypeFor[AnswerRename](): host,
	reflect.TypeFor[Lock]():         host,
	reflect.TypeFor[Pause]():        host,
	reflect.TypeFor[End]():          host,
	reflect.TypeFor[Invite]():       host,

	reflect.TypeFor[Plan]():       host,
	reflect.TypeFor[Move]():       host,
	reflect.TypeFor[StartRound](): host,
	reflect.TypeFor[EndRound]():   host,
	reflect.TypeFor[GiveTurn]():   host,
	reflect.TypeFor[LendTurn]():   host,
	reflect.TypeFor[NextTurn]():   inCircle,
	reflect.TypeFor[PassTurn]():   inCircle,

	reflect.TypeFor[SetPrompt]():  host,
	reflect.TypeFor[SetNote]():    host,
	reflect.TypeFor[StartQuiet](): host,
	reflect.TypeFor[EndQuiet]():   host,
	reflect.TypeFor[Arrange]():    host,

	reflect.TypeFor[SayGroup]():      inCircle,
	reflect.TypeFor[OpenText]():      host,
	reflect.TypeFor[SayStaff]():      host,
	reflect.TypeFor[AskHelp]():       outside,
	reflect.TypeFor[AnswerHelp]():    host,
	reflect.TypeFor[Caption]():       captioner,
	reflect.TypeFor[Tick]():          host,
	reflect.TypeFor[Notify]():        host,
	reflect.TypeFor[AskSupport]():    seatKept,
	reflect.TypeFor[AnswerSupport](): host,

	reflect.TypeFor[StepAside](): host,
	reflect.TypeFor[ComeBack]():  host,

	reflect.TypeFor[MarkLast]():   host,
	reflect.TypeFor[AskGoodbye](): inCircle,
	reflect.TypeFor[SendCard]():   inCircle,
	reflect.TypeFor[SwapSeats]():  host,

	reflect.TypeFor[offering](): forNamed,
	reflect.TypeFor[lost]():     anybody,
	reflect.TypeFor[back]():     anybody,
	reflect.TypeFor[seated]():   anybody,
	reflect.TypeFor[enter]():    happens,
	reflect.TypeFor[tick]():     happens,
	reflect.TypeFor[stale]():    happens,
	reflect.TypeFor[drain]():    happens,
}

// permit finds who asks, and refuses what that participant may not ask now.
func (s *state) permit(cmd Command) (*attendee, error) {
	r, known := rights[reflect.TypeOf(cmd)]
	if !known {
		return nil, ErrNotAllowed
	}
	if r == happens {
		return nil, nil
	}
	p := s.find(cmd.by())
	if p == nil {
		return nil, ErrGone
	}
	if r.roles&(1<<p.person.Role) == 0 || r.stages&p.stage.set() == 0 {
		return nil, ErrNotAllowed
	}
	return p, nil
}

func (st Stage) set() stageSet {
	switch st {
	case Entered:
		return inEntered
	case Waiting:
		return inWaiting
	case Seated:
		return inSeat
	case SteppedOut:
		return inSteppedOut
	}
	return 0
}
