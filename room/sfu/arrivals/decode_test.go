package arrivals

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

const (
	ms     = int64(time.Millisecond)
	ours   = 0x01020304
	theirs = 0xa0b0c0d0
)

// report is what one message says of a number.
type report struct {
	seq     uint16
	arrived bool
	at      int64 // in ticks, modulo 2^32: the reference time has 24 bits
}

// decode reads one message with pion's decoder, and fails where it is not
// a whole, padded, bounded one that speaks of at least one arrival.
func decode(t testing.TB, message []byte) (feedback rtcp.TransportLayerCC, reports []report) {
	t.Helper()
	if len(message)%4 != 0 || len(message) > MaxMessage {
		t.Fatalf("a message of %d bytes", len(message))
	}
	packets, err := rtcp.Unmarshal(message)
	if err != nil || len(packets) != 1 {
		t.Fatalf("%d messages of one: %v", len(packets), err)
	}
	fb, ok := packets[0].(*rtcp.TransportLayerCC)
	if !ok || fb.SenderSSRC != ours || fb.MediaSSRC != theirs {
		t.Fatalf("a wrong kind or SSRC: %T", packets[0])
	}
	checkPadding(t, fb, message)
	at, deltas := int64(fb.ReferenceTime)*256, fb.RecvDeltas
	for i, s := range statuses(fb) {
		got := report{seq: fb.BaseSequenceNumber + uint16(i)}
		if s != rtcp.TypeTCCPacketNotReceived {
			at += deltas[0].Delta / 250
			got.arrived, got.at, deltas = true, at&(1<<32-1), deltas[1:]
		}
		reports = append(reports, got)
	}
	if len(deltas) != 0 || len(fb.RecvDeltas) == 0 {
		t.Fatalf("%d deltas, %d too many", len(fb.RecvDeltas), len(deltas))
	}
	return *fb, reports
}

// checkPadding compares the padding with what is left of the message.
func checkPadding(t testing.TB, fb *rtcp.TransportLayerCC, message []byte) {
	t.Helper()
	size := headerSize + 2*len(fb.PacketChunks)
	for _, d := range fb.RecvDeltas {
		size += int(d.Type)
	}
	padding := len(message) - size
	if padding < 0 || padding > 3 || fb.Header.Padding != (padding > 0) {
		t.Fatalf("%d bytes of padding, flag %v", padding, fb.Header.Padding)
	}
	if padding > 0 && int(message[len(message)-1]) != padding {
		t.Fatalf("padding %d says %d", padding, message[len(message)-1])
	}
}

// statuses unfolds the chunks.
func statuses(fb *rtcp.TransportLayerCC) (all []uint16) {
	for _, chunk := range fb.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for range c.RunLength {
				all = append(all, c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			all = append(all, c.SymbolList...)
		}
	}
	return all[:fb.PacketStatusCount]
}

// drain takes all messages that are due.
func drain(t testing.TB, r *Recorder, now int64) (all []report) {
	t.Helper()
	var buf [MaxMessage]byte
	for n := 0; ; n++ {
		before := r.count
		message := r.Append(buf[:0], ours, theirs, now)
		if len(message) == 0 {
			return all
		}
		if n == maxRound {
			t.Fatal("a round without end")
		}
		fb, reports := decode(t, message)
		if fb.FbPktCount != before || r.count != before+1 {
			t.Fatalf("feedback packet count %d after %d", fb.FbPktCount, before)
		}
		all = append(all, reports...)
	}
}

// ticks is a time as reports say it.
func ticks(now int64) int64 { return floorDiv(now, tick) & (1<<32 - 1) }
