package estimate

// Thresholds of draft-ietf-rmcat-gcc, section 6, in thousandths.
const (
	littleLoss = 20
	muchLoss   = 100
	// mostNoise is the most that is ever taken for a bad radio.
	mostNoise = 300
)

const (
	lossSlots = 4
	lossSlot  = second / 2
	// lossEnough is how many packets a verdict rests on at least.
	lossEnough = 40
	// trialTime lets the window, the reports and the round trip pass.
	trialTime = 7 * second / 2
)

// loss bounds the rate by the share of packets that do not arrive.
//
// Loss on a radio does not answer to the rate, loss by congestion does. Above
// ten percent, with no queue to be seen, the rate is lowered once and the loss
// looked at again (trial): what stays is noise, taken off from there on, and the
// rate comes back.
//
//	quiet --loss > 10 %--> trial --less lost--> congestion: the bound stays, grows slowly
//	                         `----as much lost--> noise: the bound is lifted
type loss struct {
	lost, expected [lossSlots]int64
	at             int
	begun          int64
	deaf           int64 // until when reports tell of a hole, not of the rate
	noise          int64 // thousandths that do not answer to the rate
	bound          int64 // bits on the wire
	next           int64 // when the bound may move again
	trial          trial
}

type trial struct {
	on     bool
	until  int64
	before int64 // the bound to come back to
	rate   int64 // sent on the wire when it began
	share  int64 // lost when it began, thousandths
}

func (l *loss) add(lost, expected, now int64) {
	l.roll(now)
	l.lost[l.at] += min(lost, expected)
	l.expected[l.at] += expected
}

func (l *loss) roll(now int64) {
	for i := 0; now-l.begun >= lossSlot; i++ {
		if i == lossSlots {
			l.begun = now
			return
		}
		l.begun += lossSlot
		l.at = (l.at + 1) % lossSlots
		l.lost[l.at], l.expected[l.at] = 0, 0
	}
}

// share is what was lost during the last two seconds, in thousandths; ok where
// enough packets were reported.
func (l *loss) share(now int64) (share int64, ok bool) {
	l.roll(now)
	var lost, expected int64
	for i := range l.lost {
		lost += l.lost[i]
		expected += l.expected[i]
	}
	if expected < lossEnough {
		return 0, false
	}
	return lost * 1000 / expected, true
}

// forget drops what was counted and listens again from the given time on.
func (l *loss) forget(from int64) {
	l.lost, l.expected = [lossSlots]int64{}, [lossSlots]int64{}
	l.trial.on, l.deaf = false, from
}

// excess is the share that may come from the rate.
func (l *loss) excess(share int64) int64 {
	return max(0, share-l.noise) * 1000 / (1000 - min(l.noise, 900))
}

// judge moves the bound, once a second at most. link is the estimate in
// force, sent what goes out now, queued whether the round trip has grown.
func (l *loss) judge(link, sent int64, queued bool, now int64) {
	share, ok := l.share(now)
	if !ok || now < l.next || now < l.deaf {
		return
	}
	if l.trial.on {
		l.conclude(share, sent, queued, now)
		return
	}
	l.next = now + second
	if !queued {
		l.learn(share)
	}
	excess := l.excess(share)
	switch {
	case excess > muchLoss && (queued || share > mostNoise):
		passes := sent * (1000 - share) / 1000
		l.bound = max(Min, min(min(link, sent)*(2000-excess)/2000, passes*11/10))
	case excess > muchLoss:
		l.try(link, sent, share, now)
	case excess > littleLoss:
		l.bound = min(l.bound, link)
	case l.bound < Max:
		l.bound = min(Max, l.bound+l.bound*8/100+1000)
	}
}

// learn lets the noise follow a loss that falls, and slowly one that drifts.
func (l *loss) learn(share int64) {
	if diff := share - l.noise; diff < 0 {
		l.noise += (diff - 7) / 8
	} else if l.noise > 0 && diff < muchLoss/2 {
		l.noise += diff / 8
	}
	l.noise = max(0, min(l.noise, mostNoise))
}

// try lowers the rate to see whether the loss answers.
func (l *loss) try(link, sent, share, now int64) {
	l.trial = trial{on: true, until: now + trialTime, before: max(link, Min), rate: sent, share: share}
	l.bound = max(Min, min(link, sent)*7/10)
	l.next = l.trial.until
}

// conclude ends a trial. A bottleneck that let rate*(1-share) through loses
// that much less of what is sent now; a radio loses as before.
func (l *loss) conclude(share, sent int64, queued bool, now int64) {
	t := &l.trial
	t.on = false
	if sent > t.rate*88/100 || sent <= 0 { // nothing was lowered, so nothing was learned
		l.next = now + second
		return
	}
	predicted := max(0, 1000-(1000-t.share)*t.rate/sent)
	if share > (t.share+predicted)/2 && share <= mostNoise && !queued {
		l.noise = share
		l.bound = t.before
	}
	l.next = now + second
}
