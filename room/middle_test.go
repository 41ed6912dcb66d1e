package room

import (
	"strings"
	"testing"
	"time"
)

// C-2: a card of at most 200 letters, without anything that cannot be seen.
func TestPrompt(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	if tb.view(id).Middle != nil {
		t.Fatal("not empty")
	}
	tb.do(SetPrompt{host, "  Who\u202e helped\x00 you\n today?\u200b "})
	if got := tb.view(id).Middle.Prompt; got != "Who helped you today?" {
		t.Fatalf("%q", got)
	}
	for _, bad := range []string{" \n", "\u200b", strings.Repeat("a", 201), "\xff", "e" + strings.Repeat("\u0301", 9)} {
		tb.refuse(ErrTextInvalid, SetPrompt{host, bad})
	}
	if tb.view(id).Middle.Prompt != "Who helped you today?" {
		t.Fatal("a refused card replaced the old one")
	}
	tb.do(SetPrompt{host, strings.Repeat("\u00e4", 200)}, SetPrompt{host, ""})
	if tb.view(id).Middle != nil {
		t.Fatalf("%+v", tb.view(id).Middle)
	}
}

// C-3: one end for everybody, in the server's time.
func TestQuietTimer(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.refuse(ErrOutOfRange, StartQuiet{host, QuietWriting, 9})
	tb.refuse(ErrOutOfRange, StartQuiet{host, QuietWriting, 1801})
	tb.refuse(ErrNotAllowed, StartQuiet{host, "sleeping", 60})
	tb.do(StartQuiet{host, QuietBreathing, 60})
	late := tb.member(host, "River")
	for _, who := range []ID{host, id, late} {
		if q := tb.view(who).Middle.Quiet; *q != (Quiet{QuietBreathing, start.UnixMilli(), start.Add(time.Minute).UnixMilli()}) {
			t.Fatalf("%+v", q)
		}
	}
	if !tb.s.next().Equal(start.Add(time.Minute)) {
		t.Fatalf("next %v", tb.s.next())
	}
	tb.wait(time.Minute)
	if tb.view(id).Middle != nil {
		t.Fatal("goes on")
	}
	tb.do(StartQuiet{host, QuietWriting, 600}, EndQuiet{host})
	if tb.view(id).Middle != nil {
		t.Fatal("not ended")
	}
}

// C-7: the note is the facilitators' until the closing.
func TestHomeworkNote(t *testing.T) {
	tb := newTable(t)
	host := tb.leader("Ada")
	id := tb.member(host, "Maple")
	tb.do(SetNote{host, "Write one kind letter."})
	if tb.view(id).Middle != nil || tb.view(host).Middle.Note == "" {
		t.Fatal("shown too early, or not at all")
	}
	for _, step := range []Step{StepClosing, StepWindDown} {
		tb.do(Move{host, step})
		if tb.view(id).Middle.Note != "Write one kind letter." {
			t.Fatalf("not shown in %s", step)
		}
	}
	tb.do(Move{host, StepSharing}, Arrange{host, true})
	if m := tb.view(id).Middle; m.Note != "" || !m.Horseshoe {
		t.Fatalf("%+v", m)
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"Who helped you?", "\u202eabc", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "👩‍👧", "a\u0300\u0301\u0302\u0303", "  \t\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		text, err := ParseText(raw, MaxText)
		if err != nil {
			return
		}
		again, err := ParseText(text, MaxText)
		if err != nil || again != text {
			t.Fatalf("%q becomes %q, %v", text, again, err)
		}
		for _, r := range text {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				t.Fatalf("%q keeps %U", text, r)
			}
		}
	})
}

func TestText(t *testing.T) {
	for raw, want := range map[string]string{
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", // needs its joiner
		"👩‍👧":                 "👩‍👧",
		"a\u2028b\u0085c":     "a b c",
		"<b>&amp;\"'":         "<b>&amp;\"'", // text is text
		"\u2066x\u2069\ufeff": "x",
	} {
		if got, err := ParseText(raw, MaxText); err != nil || got != want {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
}
