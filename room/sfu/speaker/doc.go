// Package speaker finds out who talks and who has the floor from the audio
// levels that browsers send in clear with every packet (RFC 6464), so it works
// under end-to-end encryption and decodes nothing.
//
// The floor is decided after I. Volfin and I. Cohen, "Dominant speaker
// identification for multipoint videoconferencing" (Computer Speech and
// Language, 2012): a seat's speech activity is scored over an immediate, a
// medium and a long time, and somebody takes the floor only by being ahead of
// its holder in all three:
//
//	immediate   20 ms   of 13 bands of 2 dB above the seat's own background, how many are reached
//	medium     100 ms   of its 5 frames, how many are active
//	long         1 s    of its 10 blocks of 100 ms, how many are mostly active
//
// Each count becomes a score, the log-likelihood ratio of speech (binomial)
// against noise (exponential) as in the paper, and C1, C2 and C3 bound the
// logarithm of the quotient of two seats' scores from below. There is one
// difference: the paper measures sub-bands of the spectrum and we have but a
// level, so the background is tracked by its minimum of the last 2 to 4
// seconds. That, and that the bands end 32 dB above it, is why a louder
// microphone does not win by level: above the background all talkers are alike.
//
// What follows from the constants: a turn changes hands 0.4 to 0.9 s after the
// first word; a cough, a click or a burst of typing under 0.2 s never does it,
// nor an "mhm" in a pause of the talker's; while two talk at once the holder
// keeps the floor. The holder keeps it through silence, until somebody else
// talks.
//
// A Detector belongs to one goroutine, the tick. Levels come in on the many
// goroutines that read packets, through one lock-free Intake a seat. No packets
// (DTX, mute, loss) count as silence. There is no clock in here; times
// are nanoseconds of any monotonic clock. What is kept is a second or so of activity
// bits and the order of turns, in memory, and never how long anybody has talked.
package speaker
