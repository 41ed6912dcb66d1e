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
	inDoor

	anywhere  = inEntered | inWaiting | inSeat | inSteppedOut | inDoor
	afterName = inWaiting | inSeat | inSteppedOut
)

const (
	seatRoles = roleSet(1<<Patient | 1<<Facilitator | 1<<Support) // who may ever sit
	anyRole   = seatRoles | 1<<Host
)

var (
	leader    = right{inSeat, roleSet(1 << Facilitator)} // a seated facilitator
	atDoor    = right{inSeat | inDoor, roleSet(1<<Facilitator | 1<<Host)}
	inCircle  = right{inSeat, seatRoles} // anybody seated
	seatKept  = right{inSeat | inSteppedOut, seatRoles}
	outside   = right{inWaiting | inSteppedOut, seatRoles}
	captioner = right{inSeat, roleSet(1 << Support)}
	anybody   = right{anywhere, anyRole}
	happens   = right{0, 0}                 // nobody asks: it comes from the room itself
	forNamed  = right{afterName, seatRoles} // whoever has knocked and may sit
)

// rights says who may ask what (M-F13). It is looked up before anything else is
// done with a command; a command that is not in it is refused to everybody.
var rights = map[reflect.Type]right{
	reflect.TypeFor[Knock]():    {inEntered, anyRole},
	reflect.TypeFor[Set]():      forNamed,
	reflect.TypeFor[AskVideo](): {inSeat, anyRole},
	reflect.TypeFor[Rename]():   forNamed,
	reflect.TypeFor[Leave]():    anybody,

	reflect.TypeFor[Admit]():        atDoor,
	reflect.TypeFor[AdmitAll]():     atDoor,
	reflect.TypeFor[Decline]():      leader,
	reflect.TypeFor[Mute]():         leader,
	reflect.TypeFor[StopVideo]():    leader,
	reflect.TypeFor[Release]():      leader,
	reflect.TypeFor[LowerHand]():    leader,
	reflect.TypeFor[StepOut]():      leader,
	reflect.TypeFor[Remove]():       leader,
	reflect.TypeFor[Lift]():         leader,
	reflect.TypeFor[AnswerRename](): leader,
	reflect.TypeFor[Lock]():         leader,
	reflect.TypeFor[Pause]():        leader,
	reflect.TypeFor[End]():          leader,
	reflect.TypeFor[Invite]():       leader,

	reflect.TypeFor[Plan]():       leader,
	reflect.TypeFor[Move]():       leader,
	reflect.TypeFor[StartRound](): leader,
	reflect.TypeFor[EndRound]():   leader,
	reflect.TypeFor[GiveTurn]():   leader,
	reflect.TypeFor[LendTurn]():   leader,
	reflect.TypeFor[NextTurn]():   inCircle,
	reflect.TypeFor[PassTurn]():   inCircle,

	reflect.TypeFor[SetPrompt]():  leader,
	reflect.TypeFor[SetNote]():    leader,
	reflect.TypeFor[StartQuiet](): leader,
	reflect.TypeFor[EndQuiet]():   leader,
	reflect.TypeFor[Arrange]():    leader,

	reflect.TypeFor[SayGroup]():      inCircle,
	reflect.TypeFor[OpenText]():      leader,
	reflect.TypeFor[SayStaff]():      atDoor,
	reflect.TypeFor[AskHelp]():       outside,
	reflect.TypeFor[AnswerHelp]():    atDoor,
	reflect.TypeFor[Caption]():       captioner,
	reflect.TypeFor[Tick]():          leader,
	reflect.TypeFor[Notify]():        atDoor,
	reflect.TypeFor[AskSupport]():    seatKept,
	reflect.TypeFor[AnswerSupport](): leader,

	reflect.TypeFor[StepAside](): leader,
	reflect.TypeFor[ComeBack]():  leader,
	reflect.TypeFor[AskBack]():   {inSeat | inSteppedOut, roleSet(1<<Patient | 1<<Support)},

	reflect.TypeFor[MarkLast]():   leader,
	reflect.TypeFor[AskGoodbye](): inCircle,
	reflect.TypeFor[SendCard]():   inCircle,
	reflect.TypeFor[SwapSeats]():  leader,

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
	if p == nil || p.ghost() { // nobody has come back to a restored seat yet
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
	case AtDoor:
		return inDoor
	}
	return 0
}
