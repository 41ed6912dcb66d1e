// Package sfutest is a participant without a browser: a pion client that
// makes the circle's offer, sends synthetic but well-formed Opus and
// simulcast VP8, answers keyframe requests and NACKs, and counts what arrives
// on each seat. Tests use it, and so does the load generator. It can also
// misbehave: see Config.Hostile.
//
// Signaling is the caller's: hand Offer to the server and its answer to
// Answer.
//
//	p, err := sfutest.New(sfutest.Config{Seats: 16, Tag: 7})
//	peer, answer, err := circle.Connect(ctx, p.Offer())
//	err = p.Answer(answer)
//	<-p.Connected()
//	p.StartMic()
//	p.StartCamera()
//	... p.Video(3).Packets()
//	p.Close()
package sfutest
