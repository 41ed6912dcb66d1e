package sfu

import (
	"testing"

	"github.com/pion/rtp"
)

// counting counts what one stream sent.
type counting struct{ n int }

func (c *counting) WriteRTP(_ *rtp.Header, payload []byte) (int, error) {
	c.n++
	return len(payload), nil
}

// Quiet voices are never dropped (M-M4): of 17 open microphones every packet
// reaches everybody else, however loud it is and whoever has the floor.
func TestNoVoiceIsDroppedOfSeventeen(t *testing.T) {
	const all, rounds = 17, 3 * 256 // every level, with and without the mark of speech
	c, peers := bareCircle(t, all, func() rtpWriter { return &counting{} })
	var mics []*bareStream
	var taps []*rtpTap
	for seat, p := range peers {
		mics = append(mics, &bareStream{line: lineMic, ssrc: uint32(seat + 1), levels: true})
		taps = append(taps, &rtpTap{peer: p, ssrc: uint32(seat + 1)})
	}
	now, talked := c.sfu.now(), 0
	for n := range rounds {
		for seat, p := range peers {
			mics[seat].level = byte(n + 15*seat)
			feed(p, taps[seat], now, mics[seat].packet(false))
		}
		c.tick(now)
		for seat := range all {
			if c.floor.Talking(seat) {
				talked++
			}
		}
		now += 20 * ms
	}
	if talked == 0 || talked == rounds*all {
		t.Errorf("%d of %d times somebody was taken for a talker: nothing was tested", talked, rounds*all)
	}
	for _, p := range peers {
		for seat, tracks := range p.seats {
			want := rounds
			if peers[seat] == p {
				want = 0
			}
			if got := tracks.audio.writer.(*counting).n; got != want {
				t.Errorf("%d packets of seat %d, want %d", got, seat, want)
			}
		}
	}
	if s := c.sfu.Stats(); s.PacketsForwarded != all*(all-1)*rounds || s.Dropped != [Reasons]uint64{} {
		t.Errorf("%d forwarded, dropped %v", s.PacketsForwarded, s.Dropped)
	}
}
