package room

// The presets of a notice to everybody who waits (S-10); "" is none. The page
// owns their sentences.
const (
	NoticeFive  = "five_minutes"
	NoticeSoon  = "soon"
	NoticeLater = "later"
)

// Notify shows a preset to everybody who waits now or later, until it is
// replaced.
type Notify struct {
	By     ID
	Notice string
}

// ValidNotice says whether it is one of the presets, or none.
func ValidNotice(n string) bool {
	return n == "" || n == NoticeFive || n == NoticeSoon || n == NoticeLater
}

func (c Notify) do(s *state, _ *attendee) error {
	if !ValidNotice(c.Notice) {
		return ErrNotAllowed
	}
	s.notice = c.Notice
	return nil
}
