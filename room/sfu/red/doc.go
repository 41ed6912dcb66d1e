// Package red makes redundant audio (RFC 2198) for a listener whose path loses
// packets: each packet carries the one or two before it once more, so a lost
// packet of sound is heard anyway, without a round trip. Browsers that offer it
// name it audio/red/48000/2 with fmtp "111/111", where 111 is their payload type of Opus:
// a block of Opus for each of primary and redundant data.
//
// # Use
//
// Each audio uplink owns a History. For each packet that is passed on, on the goroutine
// that reads it and before the fan-out:
//
//	blocks := history.Before(seq, timestamp, epoch, space[:0])
//	history.Keep(seq, timestamp, epoch, payload)
//
// A subscriber is sent redundancy while it reports more than 3 % of its audio
// lost; leave off below 1 % for 10 s or so, as it costs that listener once or twice the
// talker's bitrate. The payload is then Append(buf[:0], opus, primary, blocks...)
// under the payload type of RED, made once for all such listeners of a talker whose
// payload type of Opus is the same; sequence number, timestamp, marker and extensions
// stay those of the packet. Both payload types may alternate in one
// stream. One block (blocks[len(blocks)-1:]) mends single losses; two also mend pairs.
//
// Only who negotiated audio/red in that m-line may get it. We never
// negotiate it upstream. Under end-to-end encryption it is switched off: a
// receiver's transform takes the whole payload for one encrypted frame and cannot take
// ours apart. In-band FEC of Opus still works there.
//
// Nothing here allocates, waits or reads a clock.
package red
