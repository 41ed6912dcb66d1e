package signaling

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hearth/room"
	"hearth/signaling/token"
)

// maxInvites is how many invitations one command may make.
const maxInvites = 20

// inviteMessage asks for invitations to this room.
type inviteMessage struct {
	head
	Role  string `json:"role"`
	Count int    `json:"count"`
	Ref   string `json:"ref,omitempty"` // the clinic's reference, for facilitators only
}

// invitesReply is the ok of an invite.
type invitesReply struct {
	okReply
	Links []string `json:"links"`
}

func (m *inviteMessage) valid() bool {
	_, err := room.ParseRole(m.Role)
	return err == nil && m.Count >= 1 && m.Count <= maxInvites &&
		utf8.RuneCountInString(m.Ref) <= token.MaxRef && !strings.ContainsFunc(m.Ref, unprintable)
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// serve lets the room decide whether this person may invite such people now, and
// signs.
func (m *inviteMessage) serve(ctx context.Context, l *link) (any, error) {
	role, _ := room.ParseRole(m.Role) // valid has looked
	if err := l.part.Do(ctx, room.Invite{By: l.part.ID(), Role: role}); err != nil {
		return nil, err
	}
	if l.server.cfg.Minter == nil {
		return nil, refusal(codeNoSigner)
	}
	reply := invitesReply{okReply: ok(m.ID)}
	for range m.Count {
		raw, err := l.server.cfg.Minter.Mint(m.claims(l.pass.Room, l.server.now(), l.server.cfg.InviteLife))
		if err != nil {
			return nil, fmt.Errorf("signaling: mint: %w", err)
		}
		reply.Links = append(reply.Links, l.server.cfg.PublicURL+"/#"+raw)
	}
	return reply, nil
}

// claims are those of one invitation to somebody new. The issuer and the
// audience are the signer's.
func (m *inviteMessage) claims(roomID string, now time.Time, life time.Duration) token.Claims {
	return token.Claims{
		Subject: token.NewID(), ID: token.NewID(),
		Room: roomID, Role: m.Role, Ref: m.Ref, Seat: token.NoSeat, Group: token.GroupOpen,
		Issued: now, Expires: now.Add(life),
	}
}
