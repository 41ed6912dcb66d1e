package room

import "strconv"

// nameFree says whether nobody else's name, or asked-for name, looks the same.
func (s *state) nameFree(look skeleton, but Subject) bool {
	for _, p := range s.people {
		if p.person.Subject == but {
			continue
		}
		if p.name != "" && p.look.same(look) || p.rename != "" && p.renameLook.same(look) {
			return false
		}
	}
	return true
}

// distinct makes a returning person's name unique with a number: it was given
// by an earlier owner of the room, and somebody may have taken it since.
func (s *state) distinct(name string, subject Subject) (string, skeleton) {
	try, look := name, fold(name)
	for n := 2; !s.nameFree(look, subject); n++ {
		try = shorten(name, maxGraphemes-4) + " " + strconv.Itoa(n)
		look = fold(try)
	}
	return try, look
}

// rename changes a name before admission, and a facilitator's own. A seated
// member's is only asked for: names are fixed once admitted (M-A6).
func (s *state) rename(p *attendee, raw string) error {
	name, err := ParseName(raw)
	if err != nil {
		return err
	}
	look := fold(name)
	if !s.nameFree(look, p.person.Subject) {
		return ErrNameTaken
	}
	if p.stage == Waiting || p.is(Facilitator) {
		p.name, p.look = name, look
		return nil
	}
	p.rename, p.renameLook = name, look
	return ErrNameFixed
}

// answerRename allows or refuses the very name that was asked for.
func (s *state) answerRename(c AnswerRename) error {
	p, err := s.sitting(c.Seat)
	if err != nil {
		return err
	}
	if p.rename == "" {
		return ErrNotAllowed
	}
	if c.Allow {
		p.name, p.look = p.rename, p.renameLook
	}
	p.rename, p.renameLook = "", skeleton{}
	return nil
}
