package room

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// skeleton is what a name looks like to a reader, in the sense of UTS #39,
// section 4, made for telling apart a handful of names rather than for
// identifiers. Two keys are needed because upper and lower case of one letter
// can look like different letters: Greek Η is an H, its lower case η an n.
type skeleton struct {
	shape  string // look-alikes replaced first, then case folded
	folded string // case folded first, then look-alikes replaced
}

// fold makes the skeleton of a name. Two skeletons that are the same are names
// that nobody should have to tell apart by ear or eye.
func fold(name string) skeleton {
	plain := replaced(oneCase(bare(name)), capitals)
	folder := cases.Fold()
	return skeleton{
		shape:  alike(folder.String(strings.ReplaceAll(alike(plain), "L", capitalL))),
		folded: folder.String(alike(folder.String(plain))),
	}
}

// capitalL stands for L while shapes are folded, so that "Anna L" does not
// become the "Anna l" that "Anna I" looks like. Any sign without a case will do.
const capitalL = "\u2143"

// oneCase writes Cherokee in its capitals. Its small letters came late, so that
// folding turns small into capital there (Unicode, chapter 20.1), and the folder
// turns capital into small too.
func oneCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cherokee, r) {
			return unicode.ToUpper(r)
		}
		return r
	}, s)
}

// same says whether one could be taken for the other.
func (a skeleton) same(b skeleton) bool {
	return a.shape == b.shape || a.folded == b.folded
}

// iotaBelow is the one mark that is a letter when its word is written in capitals.
const iotaBelow = "\u0345"

// bare decomposes a name and drops marks, spaces and punctuation, and pictures
// beside letters: "Ada ✔" is no other name than "Ada" to an ear, and seems to be
// more of her to an eye. A name of nothing else keeps what it has.
func bare(name string) string {
	full := strings.ReplaceAll(norm.NFKD.String(name), iotaBelow, "ι")
	plain := without(full, unicode.M, unicode.Z, unicode.P, unicode.Sk)
	if plain == "" {
		return full
	}
	if letters := without(plain, unicode.S); strings.ContainsFunc(letters, unicode.IsLetter) {
		return letters
	}
	return plain
}

// without drops what is in the tables, but for bars, which look like letters.
func without(s string, tables ...*unicode.RangeTable) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, tables...) && r != '|' && r != '∣' {
			return -1
		}
		return r
	}, s)
}

// alike replaces every look-alike by the Latin letters it looks like.
func alike(s string) string { return replaced(s, confusables) }

func replaced(s string, table map[rune]string) string {
	var b strings.Builder
	for _, r := range s {
		if like, ok := table[r]; ok {
			b.WriteString(like)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// confusables maps letters and digits to the Latin letters they look like. A
// compact table of our own for the scripts that share Latin's shapes; the idea
// and the prototypes (m is "rn") are those of UTS #39, confusables.txt. Forms
// that compatibility decomposition handles, such as full width and
// mathematical letters, need no line.
var confusables = lookAlikes(
	// Digits and signs.
	"0", "O", "1", "l", "|", "l", "I", "l", "ǀ", "l", "∣", "l",
	// Latin letters beyond ASCII.
	"ı", "i", "ɩ", "i", "ɪ", "i", "ł", "l", "Ł", "L", "ø", "o", "Ø", "O", "đ", "d", "Đ", "D", "ð", "d", "Ð", "D",
	"ħ", "h", "Ħ", "H", "ŧ", "t", "Ŧ", "T", "ɑ", "a", "ɡ", "g", "ɢ", "g", "ɴ", "n", "ʀ", "r", "ʏ", "y", "ʙ", "b",
	"ʜ", "h", "ʟ", "l", "ᴀ", "a", "ᴄ", "c", "ᴅ", "d", "ᴇ", "e", "ᴊ", "j", "ᴋ", "k", "ᴍ", "rn", "ᴏ", "o", "ᴘ", "p",
	"ᴛ", "t", "ᴜ", "u", "ᴠ", "v", "ᴡ", "w", "ᴢ", "z", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "ſ", "f",
	"ƒ", "f", "ʋ", "u", "ȷ", "j", "ɛ", "e", "Ɛ", "e", "ƽ", "s", "ǝ", "e", "ə", "e",
	// Cyrillic.
	"а", "a", "А", "A", "в", "b", "В", "B", "с", "c", "С", "C", "ԁ", "d", "Ԁ", "d", "е", "e", "Е", "E", "є", "e", "Є", "e",
	"ғ", "f", "г", "r", "Г", "r", "һ", "h", "Һ", "h", "н", "h", "Н", "H", "і", "i", "І", "l", "ӏ", "l", "Ӏ", "l",
	"ј", "j", "Ј", "J", "к", "k", "К", "K", "қ", "k", "Қ", "K", "м", "rn", "М", "rn", "п", "n", "П", "n", "о", "o", "О", "O",
	"ө", "o", "Ө", "O", "р", "p", "Р", "P", "ԛ", "q", "Ԛ", "Q", "ѕ", "s", "Ѕ", "S", "т", "t", "Т", "T", "и", "u", "И", "u",
	"у", "y", "У", "Y", "ү", "y", "Ү", "Y", "ѵ", "v", "Ѵ", "V", "ԝ", "w", "Ԝ", "W", "ш", "w", "Ш", "w", "х", "x", "Х", "X",
	"ҳ", "x", "Ҳ", "X", "з", "3", "З", "3", "б", "6", "Б", "6", "ч", "4", "Ч", "4", "ь", "b", "Ь", "b",
	// Greek.
	"α", "a", "Α", "A", "β", "b", "Β", "B", "ε", "e", "Ε", "E", "ζ", "z", "Ζ", "Z", "η", "n", "Η", "H", "ι", "i", "Ι", "l",
	"κ", "k", "Κ", "K", "Μ", "rn", "μ", "u", "ν", "v", "Ν", "N", "ο", "o", "Ο", "O", "ρ", "p", "Ρ", "P", "σ", "o", "ς", "c",
	"τ", "t", "Τ", "T", "υ", "u", "Υ", "Y", "χ", "x", "Χ", "X", "ω", "w", "γ", "y", "ϲ", "c", "Ϲ", "C", "ϳ", "j",
	// Armenian, Georgian, Cherokee and Hebrew letters with Latin shapes.
	"օ", "o", "Օ", "O", "ս", "u", "Ս", "U", "ո", "n", "հ", "h", "ց", "g", "զ", "q", "ք", "p", "Ꭺ", "A", "Ᏼ", "B", "Ꮯ", "C",
	"Ꭼ", "E", "Ꮋ", "H", "Ꭻ", "J", "Ꮶ", "K", "Ꮮ", "L", "Ꮇ", "rn", "Ꮲ", "P", "Ꭱ", "R", "Ꮪ", "S", "Ꭲ", "T", "Ꮩ", "V", "Ꮃ", "W", "Ꮓ", "Z",
	"ס", "o", "ו", "l", "ן", "l",
	// Coptic.
	"Ⲁ", "A", "ⲁ", "a", "Ⲃ", "B", "ⲃ", "b", "Ⲉ", "E", "ⲉ", "e", "Ⲏ", "H", "ⲏ", "h", "Ⲓ", "l", "ⲓ", "i", "Ⲕ", "K", "ⲕ", "k", "Ⲙ", "rn", "ⲙ", "rn",
	"Ⲛ", "N", "ⲛ", "n", "Ⲟ", "O", "ⲟ", "o", "Ⲣ", "P", "ⲣ", "p", "Ⲥ", "C", "ⲥ", "c", "Ⲧ", "T", "ⲧ", "t", "Ⲩ", "Y", "ⲩ", "y", "Ⲭ", "X", "ⲭ", "x",
	// Letters that look like two.
	"m", "rn", "M", "rn", "w", "vv", "W", "vv",
)

// capitals maps letters without a case of their own to the Latin capitals they
// look like: Lisu, which was made of them, and Canadian syllabics. They are read
// before any case is folded.
var capitals = lookAlikes(
	"ꓐ", "B", "ꓑ", "P", "ꓓ", "D", "ꓔ", "T", "ꓖ", "G", "ꓗ", "K", "ꓙ", "J", "ꓚ", "C", "ꓜ", "Z", "ꓝ", "F", "ꓟ", "M", "ꓠ", "N",
	"ꓡ", "L", "ꓢ", "S", "ꓣ", "R", "ꓦ", "V", "ꓧ", "H", "ꓪ", "W", "ꓫ", "X", "ꓬ", "Y", "ꓮ", "A", "ꓰ", "E", "ꓲ", "I", "ꓳ", "O", "ꓴ", "U",
	"ᗅ", "A", "ᗷ", "B", "ᑕ", "C", "ᗞ", "D", "ᗪ", "D", "ᖴ", "F", "ᕼ", "H", "ᒍ", "J", "ᒪ", "L", "ᗰ", "M", "ᑎ", "N", "ᑭ", "P", "ᖇ", "R", "ᑌ", "U", "ᐯ", "V", "᙭", "X",
)

// lookAlikes reads pairs of a rune and what it looks like. Prototypes with a
// look of their own (w is "vv") are followed.
func lookAlikes(pairs ...string) map[rune]string {
	table := make(map[rune]string, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		table[[]rune(pairs[i])[0]] = pairs[i+1]
	}
	for r, like := range table {
		if further, ok := table[[]rune(like)[0]]; ok && len(like) == 1 && like != "l" {
			table[r] = further
		}
	}
	return table
}
