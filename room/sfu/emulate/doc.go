// Package emulate is a network path and a browser's receiving side, in virtual
// time: a World steps a clock that nothing else moves, a Link is one direction
// of a path, a Receiver answers packets as a browser does.
//
// It exists for tests of bandwidth: minutes of a bad connection pass in
// seconds, and the same seed gives the same run. Everything in a World happens
// in one goroutine, that of Run.
//
// What is modelled after what browsers do, and where that is written down:
//
//   - The receive-side estimate: groups of packets and their delay gradient, a Kalman
//     filter over both the capacity and the queue (draft-alvestrand-rmcat-congestion-03,
//     which browsers still use for REMB), adaptive threshold, and AIMD rate control
//     (draft-ietf-rmcat-gcc-02, sections 5.2 to 5.5). Sound is not part of it, as in
//     browsers. REMB every 200 ms, and at once where it falls by 3 %.
//   - Receiver reports (RFC 3550): video every second, sound every five, each stream
//     by itself, with half of that as jitter. The repair stream is not reported.
//   - NACK (RFC 4585): at once, again after a round trip, ten times at most, up to a
//     thousand missing packets. PLI when nothing could be decoded for 3 s, then every 200 ms.
//
// What is not: pacing, jitter buffers (a frame is shown when it can be decoded),
// concealment, ECN, RTCP congestion, clock drift, and the initial probe clusters.
package emulate
