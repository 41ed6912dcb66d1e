package room

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestParseName(t *testing.T) {
	for _, c := range []struct {
		raw, want string
		err       error
	}{
		{"Maple", "Maple", nil},
		{"  Maple \t River ", "Maple River", nil},
		{"Ma\u200bple", "Maple", nil},
		{"\u202eelpaM", "elpaM", nil},
		{"Map\x00le\x7f", "Maple", nil},
		{"Zoe\u0308", "Zoë", nil},
		{"Ｍａｐｌｅ", "Maple", nil},
		{"Ольга", "Ольга", nil},
		{"משה", "משה", nil},
		{"नमस्ते", "नमस्ते", nil},
		{"山田", "山田", nil},
		{"🌱", "🌱", nil},
		{"O'Hara-Smith Jr.", "O'Hara-Smith Jr.", nil},
		{"Maple 2024", "Maple 2024", nil},
		{strings.Repeat("é", 24), strings.Repeat("é", 24), nil},
		{strings.Repeat("🇩🇪", 24), strings.Repeat("🇩🇪", 24), nil},

		{"", "", ErrNameInvalid},
		{"   ", "", ErrNameInvalid},
		{"\u200b\u2060", "", ErrNameInvalid},
		{"\u3164\u2800", "", ErrNameInvalid},
		{"...", "", ErrNameInvalid},
		{strings.Repeat("a", 25), "", ErrNameInvalid},
		{"a" + strings.Repeat("\u0301", 10), "", ErrNameInvalid},
		{"Ma\xffple", "", ErrNameInvalid},
		{"\ue000", "", ErrNameInvalid},
		{strings.Repeat("a", 1<<20), "", ErrNameInvalid},

		{"a@b.example", "", ErrNamePersonal},
		{"me＠home", "", ErrNamePersonal},
		{"@handle", "", ErrNamePersonal},
		{"+1 (555) 010-99", "", ErrNamePersonal},
		{"Ann 12.03.1985", "", ErrNamePersonal},
		{"٠١٢٣٤٥٦٧", "", ErrNamePersonal},
		{"https://x", "", ErrNamePersonal},
		{"www.here", "", ErrNamePersonal},
		{"discord.gg/abc", "", ErrNamePersonal},
		{"example。com", "", ErrNamePersonal},
		{"exa\u200bmple.com", "", ErrNamePersonal},
	} {
		got, err := ParseName(c.raw)
		if got != c.want || err != c.err {
			t.Errorf("ParseName(%.40q) = %q, %v; want %q, %v", c.raw, got, err, c.want, c.err)
		}
	}
}

// M-A5: unique under case and confusable folding.
func TestSkeleton(t *testing.T) {
	for _, same := range [][]string{
		{"Maple", "maple", "MAPLE", "Маple", "ｍaple", "Máple", "M a p l e", "Map-le.", "rnaple"},
		{"Olga", "0lga", "οlga", "оlga", "Öl-ga", "O1ga", "OIga"},
		{"Hanna", "Ηanna", "Нanna"},
		{"Straße", "STRASSE"},
		{"Will", "vvill", "ԝill", "WiIl"},
		{"Ivan", "lvan", "1van"},
		{"𝓜aple", "Maple"},
		{"Ada", "Ada ✔", "★ Ada ★", "Ada 👑", "ꓮꓓꓮ", "ꓮda", "Ⲁda", "ᗅda", "Ad\u0430"},
		{"Moe", "ⲙoe", "ᗰꓳꓰ"},
		{"Ꭱose", "ꭱose", "Rose"},
		{"ᎠᎡ", "ꭰꭱ"},
		{"Hill", "ꓧꓲꓡꓡ", "HILL"},
	} {
		for _, other := range same[1:] {
			if !fold(same[0]).same(fold(other)) {
				t.Errorf("%q and %q: want the same skeleton, got %v and %v", same[0], other, fold(same[0]), fold(other))
			}
		}
	}
	names := []string{"Maple", "River", "Mapel", "Anna", "Hanna", "Nina", "Sky", "Iris", "🌱", "🌳", "山田", "山本", "Ольга", "Олег", "Maple 2", "Maple 3", "🌱 2", "🌳 2", "Anna L", "Anna I"}
	for i, a := range names {
		for _, b := range names[i+1:] {
			if fold(a).same(fold(b)) {
				t.Errorf("%q and %q: want different skeletons", a, b)
			}
		}
	}
}

// M-A5: every letter is the same name as its other cases.
func TestSkeletonOfEveryCase(t *testing.T) {
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		for _, other := range []rune{unicode.ToUpper(r), unicode.ToLower(r), unicode.ToTitle(r)} {
			if other == r {
				continue
			}
			a, err := ParseName("a" + string(r))
			b, otherErr := ParseName("a" + string(other))
			if err == nil && otherErr == nil && !fold(a).same(fold(b)) {
				t.Errorf("%U %q and %q differ: %v %v", r, a, b, fold(a), fold(b))
			}
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"Maple", "a\u0301\u0301", "\u202eabc", "e@f", "١٢", "ᴹ", "ﷺ", "Ⅷ", "ǅ", "İi", "\u1100\u1161"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		name, err := ParseName(raw)
		if err != nil {
			if name != "" || err != ErrNameInvalid && err != ErrNamePersonal {
				t.Fatalf("refused with %q, %v", name, err)
			}
			return
		}
		if n := uniseg.GraphemeClusterCount(name); n < 1 || n > maxGraphemes || !utf8.ValidString(name) {
			t.Fatalf("%q has %d graphemes", name, n)
		}
		for _, r := range name {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q keeps %U", name, r)
			}
		}
		again, err := ParseName(name)
		if err != nil || again != name {
			t.Fatalf("%q parses to %q, %v", name, again, err)
		}
		for _, other := range []string{strings.ToUpper(name), strings.ToLower(name), "\u200b" + name} {
			if clean, err := ParseName(other); err == nil && !fold(name).same(fold(clean)) {
				t.Fatalf("%q and %q differ: %v %v", name, clean, fold(name), fold(clean))
			}
		}
		if short := shorten(name, 5); uniseg.GraphemeClusterCount(short) > 5 {
			t.Fatalf("%q is too long", short)
		}
	})
}
