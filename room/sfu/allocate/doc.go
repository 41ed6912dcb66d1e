// Package allocate decides which pictures one viewer gets, and how well.
//
// A Plan belongs to one viewer. Every tick it is told what the path carries
// beside the sound and which seats have a picture, and answers with a level for
// each seat. Two ideas make it:
//
//   - fill spends a budget by rank, in rounds: first everybody's picture at
//     7.5 fps, then at 15, then at full rate, then the high layer where the tile is
//     large. So pictures are paused last, and in reverse order of rank.
//   - Plan moves towards what fill says: down at once, up by one rung every three
//     seconds, with 15 % to spare that lasted a while, and more slowly each time that
//     going up had to be undone. Only a seat whose rank rises is served at once, from
//     what others give up.
//
// Rules, in this order, none of which ever spends more than the budget:
//
//  1. A slide is shown.
//  2. A pinned seat (an interpreter's, say) has its full frame rate.
//  3. Every seat has a picture, in order of rank: slide, pinned, talking facilitator,
//     dominant speaker, facilitators, last speakers, the others by seat.
//  4. While somebody is pinned, the dominant speaker has the full frame rate.
//  5. 15 fps for all, full rate for all, high layer for large tiles: in order of rank.
//
// What does not fit is passed by, so that one expensive picture does not take
// everybody else's. With equal prices a seat of higher rank is never worse off.
//
// Everything is plain values: no clock, no goroutine, no allocation. A Plan is
// used by one goroutine at a time. Times are nanoseconds of one monotonic clock.
package allocate
