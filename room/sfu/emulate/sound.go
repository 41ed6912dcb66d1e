package emulate

const (
	opusFrame = 20 * Millisecond
	opusClock = 48000
)

// Sound is how one voice arrived.
type Sound struct {
	Packets int
	Lost    int   // never arrived
	Longest int64 // the longest gap, ns: see ear
	Gaps    int   // longer than 200 ms
}

// ear follows one voice. A gap is the time between two packets that arrived,
// less what the sender was silent between them: a sender with DTX leaves out
// packets, and its timestamps then grow more than its sequence numbers say.
type ear struct {
	started bool
	seq     uint16
	stamp   uint32
	at      int64
	result  Sound
}

func (e *ear) add(p *Packet, now int64) {
	step := int16(p.Seq - e.seq)
	if e.started && step <= 0 { // late
		if step < 0 {
			e.result.Lost--
			e.result.Packets++
		}
		return
	}
	if e.started {
		e.result.Lost += int(step) - 1
		spoken := int64(step) * opusFrame
		silent := max(0, int64(int32(p.Stamp-e.stamp))*Second/opusClock-spoken)
		gap := now - e.at - silent
		e.result.Longest = max(e.result.Longest, gap)
		if gap > 200*Millisecond {
			e.result.Gaps++
		}
	}
	e.started, e.seq, e.stamp, e.at = true, p.Seq, p.Stamp, now
	e.result.Packets++
}
