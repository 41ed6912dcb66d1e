package room

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"testing"
)

// declaredCommands reads the source: every type with a method named as.
func declaredCommands(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range []string{"author.go", "author_session.go", "internal.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "as" {
				names = append(names, fn.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// who stands for a role and stage; the zero one is somebody who has left.
type who struct {
	role  Role
	stage Stage
}

func everyone() (all []who) {
	for _, r := range []Role{Patient, Support, Facilitator} {
		for _, st := range []Stage{Entered, Waiting, Seated, SteppedOut} {
			all = append(all, who{r, st})
		}
	}
	return append(all, who{Host, Entered}, who{Host, Waiting}, who{Host, AtDoor}, who{})
}

// allowedTo is the expectation, written down apart from the table it checks.
// A facilitator never steps out, so nothing is expected of that.
var allowedTo = map[string]func(who) bool{
	"Knock":    func(w who) bool { return w.stage == Entered },
	"Set":      func(w who) bool { return w.stage == Seated },
	"AskVideo": func(w who) bool { return w.stage == Seated && w.role != Facilitator },
	"Rename": func(w who) bool {
		return w.stage == Waiting && w.role != Host || w.stage == Seated && w.role == Facilitator
	},
	"Leave":        func(who) bool { return true },
	"Admit":        keepsDoor,
	"AdmitAll":     keepsDoor,
	"Decline":      leads,
	"Mute":         leads,
	"StopVideo":    leads,
	"Release":      leads,
	"LowerHand":    leads,
	"StepOut":      leads,
	"Remove":       leads,
	"Lift":         leads,
	"AnswerRename": leads,
	"Lock":         leads,
	"Pause":        leads,
	"End":          leads,
	"Invite":       leads,
	"SetPrompt":    leads, "SetNote": leads, "StartQuiet": leads, "EndQuiet": leads, "Arrange": leads,
	"SayGroup": func(w who) bool { return w.stage == Seated }, "OpenText": leads, "SayStaff": keepsDoor,
	"AskHelp": func(w who) bool { return w.stage == Waiting && w.role != Host || w.stage == SteppedOut }, "AnswerHelp": keepsDoor,
	"Caption": func(w who) bool { return w.stage == Seated && w.role == Support },
	"Tick":    leads, "Notify": keepsDoor, "AnswerSupport": leads,
	"AskSupport": func(w who) bool { return (w.stage == Seated || w.stage == SteppedOut) && w.role != Facilitator },
	"StepAside":  leads, "ComeBack": leads,
	"AskBack":  func(w who) bool { return w.stage == SteppedOut }, // or in a side room: side_test.go
	"MarkLast": leads, "SwapSeats": leads,
	"AskGoodbye": func(w who) bool { return w.stage == Seated && w.role != Facilitator },
	"SendCard":   func(w who) bool { return false }, // nobody: there is no goodbye here
	"Plan":       leads,
	"StartRound": leads,
	"EndRound":   leads,
	"GiveTurn":   leads,
	"LendTurn":   leads,
	"NextTurn":   func(w who) bool { return w.stage == Seated && w.role != Support }, // it is their turn, or they lead
	"PassTurn":   func(w who) bool { return w.stage == Seated && w.role == Patient },
	"Move":       leads,

	"offering": func(w who) bool { return w.stage != Entered && w.role != Host && w.stage != AtDoor },
	"lost":     func(who) bool { return true },
	"back":     func(who) bool { return true },
	"seated":   func(who) bool { return true },
	"enter":    nil, "tick": nil, "stale": nil, "drain": nil, // nobody asks
}

func leads(w who) bool { return w.role == Facilitator && w.stage == Seated }

// keepsDoor is a facilitator, or a technical host at the door (S-6).
func keepsDoor(w who) bool { return leads(w) || w == who{Host, AtDoor} }

// M-F13: each command by each role at each stage, applied and looked at.
func TestRoleTable(t *testing.T) {
	declared := declaredCommands(t)
	var inTable []string
	for typ := range rights {
		inTable = append(inTable, typ.Name())
	}
	slices.Sort(inTable)
	if want := slices.Sorted(maps.Keys(allowedTo)); !slices.Equal(declared, want) || !slices.Equal(inTable, want) {
		t.Fatalf("commands without an expectation or a right:\nsource %v\nrights %v\ntest   %v", declared, inTable, want)
	}
	for typ := range rights {
		allowed := allowedTo[typ.Name()]
		if allowed == nil {
			continue
		}
		for _, w := range everyone() {
			checkRight(t, typ, w, allowed)
		}
	}
}

func checkRight(t *testing.T, typ reflect.Type, w who, allowed func(who) bool) {
	t.Helper()
	if w == (who{Facilitator, SteppedOut}) {
		return
	}
	set := DefaultSettings()
	set.Caps.Facilitators = 3
	tb := newTableOf(t, set, Record{})
	sc := stage(tb, w)
	_, err := tb.try(sc.sample(typ.Name()))
	switch want := allowed(w); {
	case w.stage == "":
		if err != ErrGone {
			t.Errorf("%s by somebody who left: %v", typ.Name(), err)
		}
	case want && err != nil:
		t.Errorf("%s by a %v %s: %v, want allowed", typ.Name(), w.role, w.stage, err)
	case !want && err == nil:
		t.Errorf("%s by a %v %s: allowed", typ.Name(), w.role, w.stage)
	case !want && err != ErrNotAllowed && err != ErrNameFixed:
		t.Errorf("%s by a %v %s: %v", typ.Name(), w.role, w.stage, err)
	}
}

// drama is a room in which every command has something to aim at.
type drama struct {
	by, guest, departed ID
	seat, aside         int
}

func stage(tb *table, w who) drama {
	tb.t.Helper()
	host := tb.leader("Ada")
	target := tb.member(host, "Maple")
	bad := tb.member(host, "Bad")
	tb.do(Remove{By: host, Seat: tb.seat(bad)})
	guest := tb.knocked("River", Patient)
	tb.try(Rename{target, "Oak"})
	tb.do(Set{target, hand(true)})
	sc := drama{guest: guest, departed: bad, seat: tb.seat(target)}
	second := tb.leader("Abe")
	aside := tb.member(host, "Fir")
	tb.do(StepAside{second, tb.seat(aside)})
	sc.aside = tb.seat(aside)
	if w.stage == "" {
		sc.by = bad
		return sc
	}
	sc.by = tb.enter(person("Eve", w.role))
	if w.stage == Entered {
		return sc
	}
	tb.held = w.stage == Waiting
	if w == (who{Host, Waiting}) { // on a second device
		tb.do(Knock{By: sc.by, Name: "Eve"})
		sc.by = tb.enter(person("Eve", Host))
	}
	tb.do(Knock{By: sc.by, Name: "Eve"})
	if w.role != Facilitator && w.role != Host && w.stage != Waiting {
		tb.do(Admit{host, sc.by})
		tb.do(StopVideo{By: host, Seat: tb.seat(sc.by)})
	}
	tb.do(OpenText{host, true}, AskSupport{target, true})
	tb.do(StartRound{By: host, Kind: RoundGoAround, From: -1, For: -1})
	if w.role == Patient && w.stage == Seated {
		tb.do(GiveTurn{host, tb.seat(sc.by)})
	}
	if w.stage == SteppedOut {
		tb.do(StepOut{By: host, Seat: tb.seat(sc.by)})
	}
	if got := tb.at(sc.by).stage; got != w.stage {
		tb.t.Fatalf("stage %s, want %s", got, w.stage)
	}
	return sc
}

func (d drama) sample(name string) Command {
	return map[string]Command{
		"Knock": Knock{By: d.by, Name: "Eve"}, "Set": Set{d.by, mic(true)}, "AskVideo": AskVideo{d.by},
		"Rename": Rename{d.by, "Sky"}, "Leave": Leave{By: d.by},
		"Admit": Admit{d.by, d.guest}, "AdmitAll": AdmitAll{d.by}, "Decline": Decline{By: d.by, Guest: d.guest},
		"Mute": Mute{By: d.by, Seat: d.seat}, "StopVideo": StopVideo{By: d.by, Seat: d.seat},
		"Release": Release{By: d.by, Seat: d.seat, Mic: true}, "LowerHand": LowerHand{d.by, d.seat},
		"StepOut": StepOut{By: d.by, Seat: d.seat}, "Remove": Remove{By: d.by, Seat: d.seat},
		"Lift": Lift{d.by, d.departed}, "AnswerRename": AnswerRename{d.by, d.seat, true},
		"Lock": Lock{d.by, true}, "Pause": Pause{d.by, true}, "End": End{d.by}, "Invite": Invite{d.by, Patient},
		"StartRound": StartRound{By: d.by, Kind: RoundGoAround, From: -1, For: -1}, "EndRound": EndRound{d.by},
		"NextTurn": NextTurn{d.by}, "PassTurn": PassTurn{By: d.by}, "GiveTurn": GiveTurn{d.by, d.seat}, "LendTurn": LendTurn{d.by, d.seat},
		"SetPrompt": SetPrompt{d.by, "Who helped you?"}, "SetNote": SetNote{d.by, "Write it down."},
		"StartQuiet": StartQuiet{d.by, QuietWriting, 60}, "EndQuiet": EndQuiet{d.by}, "Arrange": Arrange{d.by, true},
		"SayGroup": SayGroup{d.by, "Hello"}, "OpenText": OpenText{d.by, true}, "SayStaff": SayStaff{d.by, "Hello", false},
		"AskHelp": AskHelp{d.by, "Hello"}, "AnswerHelp": AnswerHelp{d.by, d.guest, "Hello"}, "Caption": Caption{d.by, "Hello"},
		"Tick": Tick{By: d.by, Seat: d.seat}, "Notify": Notify{d.by, NoticeSoon}, "AskSupport": AskSupport{d.by, true}, "AnswerSupport": AnswerSupport{d.by, d.seat},
		"StepAside": StepAside{d.by, d.seat}, "ComeBack": ComeBack{d.by, d.aside}, "AskBack": AskBack{d.by, true},
		"MarkLast": MarkLast{d.by, d.seat, true}, "SwapSeats": SwapSeats{d.by, d.seat, d.aside}, "AskGoodbye": AskGoodbye{d.by, true}, "SendCard": SendCard{d.by, CardThanks},
		"Plan": Plan{By: d.by, Order: []Step{StepTopic}}, "Move": Move{d.by, StepSharing},
		"offering": offering{d.by}, "lost": lost{d.by}, "back": back{d.by}, "seated": seated{By: d.by},
	}[name]
}

// A command of a type nobody has thought about is refused to everybody.
type unheard struct{ By ID }

func (c unheard) by() ID        { return c.By }
func (c unheard) as(ID) Command { return c }

func TestUnknownCommand(t *testing.T) {
	tb := newTable(t)
	tb.refuse(ErrNotAllowed, unheard{tb.leader("Ada")})
}

// Nobody can ask in somebody else's name.
func TestAuthor(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(allowedTo)) {
		c := drama{by: 7}.sample(name)
		if c == nil {
			continue
		}
		if got := c.as(8); got.by() != 8 || c.by() != 7 || reflect.TypeOf(got) != reflect.TypeOf(c) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// M-F9: nothing but a plain mute aims at a facilitator.
func TestFacilitatorsAreEqual(t *testing.T) {
	tb := newTable(t)
	a, b := tb.leader("Ada"), tb.leader("Eve")
	tb.do(Set{b, mic(true)})
	seat := tb.seat(b)
	for _, c := range []Command{
		Mute{By: a, Seat: seat, Hold: true}, StopVideo{By: a, Seat: seat}, StepOut{By: a, Seat: seat},
		Remove{By: a, Seat: seat}, Remove{By: a, Seat: seat, Group: true},
	} {
		tb.refuse(ErrNotAllowed, c)
	}
	tb.do(Mute{By: a, Seat: seat})
	if tb.grant(b).Audio {
		t.Fatal("not muted")
	}
	tb.do(Set{b, mic(true)}, Mute{By: a, Seat: -1, Hold: true})
	if !tb.grant(b).Audio {
		t.Fatal("mute all reaches a facilitator")
	}
	tb.do(Leave{By: a})
	id := tb.member(b, "Maple")
	tb.do(Remove{By: b, Seat: tb.seat(id)}, End{b})
	if tb.over != endOver {
		t.Fatal("not over")
	}
}
