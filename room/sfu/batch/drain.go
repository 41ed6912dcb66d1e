package batch

import "syscall"

// mostStrikes is how many UDP_SEGMENT messages in a row may be refused for
// reasons that may be their own before it is not tried any more.
const mostStrikes = 16

// lead makes the caller the sender if there is something to send, it is time,
// and nobody is sending. Called with mu held; the caller then calls drain.
func (c *Conn) lead(ready bool) bool {
	if c.sending || !ready || c.fill.n == 0 {
		return false
	}
	c.sending = true
	c.exchange()
	return true
}

// exchange takes the filled batch for an empty one. Sender, with mu held.
func (c *Conn) exchange() {
	c.out.reset()
	c.fill, c.out = c.out, c.fill
	c.stalled = false
	c.moved.Broadcast()
}

// again takes what was written while the last batch was sent, or ends the
// sender's part. It does not wait for the end of a burst (Cork): the batch it
// takes has gathered for as long as the last call took, and is large enough.
func (c *Conn) again() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fill.n == 0 {
		c.sending, c.stalled = false, false
		c.moved.Broadcast()
		return false
	}
	c.exchange()
	return true
}

// drain sends the batch the sender holds and whatever is written meanwhile.
// Without wait it hands its part to the flusher when the socket is full, or
// when others keep it busy. It returns the last final error it met.
func (c *Conn) drain(wait bool) error {
	var last error
	for round := 1; ; round++ {
		err := c.sendOut(wait)
		if err == syscall.EAGAIN {
			c.stall()
			return last
		}
		if err != nil {
			last = err
		}
		if !c.again() {
			return last
		}
		if round == mostRounds && !wait {
			c.wake <- struct{}{} // has place: only the sender sends
			return last
		}
	}
}

// stall leaves the waiting for a full socket to the flusher.
func (c *Conn) stall() {
	c.stats.waits.Add(1)
	c.mu.Lock()
	c.stalled = true
	c.moved.Broadcast()
	c.mu.Unlock()
	c.wake <- struct{}{}
}

// flusher is the sender when no caller should be: it may wait.
func (c *Conn) flusher() {
	defer c.ended.Done()
	for range c.wake {
		_ = c.drain(true)
	}
}

// sendOut sends c.out, from where an earlier attempt ended. It fails with
// EAGAIN, or with a final error after which nothing of the batch is left.
func (c *Conn) sendOut(wait bool) error {
	b := c.out
	if len(b.runs) == 0 {
		b.plan(c.segment.Load())
	}
	for b.done < len(b.runs) {
		n, err := c.wire.send(b, wait)
		c.stats.sendCalls.Add(1)
		switch {
		case err == nil:
			c.sent(b, n)
		case err == syscall.EAGAIN:
			return err
		case final(err):
			c.stats.drop(reasonOf(err), b.left())
			b.done = len(b.runs)
			return bare(err)
		case err != syscall.EINTR:
			c.failed(b, err)
		}
	}
	return nil
}

// sent counts n runs the kernel took.
func (c *Conn) sent(b *batch, n int) {
	var all, segmented int32
	for _, r := range b.runs[b.done : b.done+n] {
		all += r.count
		if r.count > 1 {
			segmented += r.count
		}
	}
	b.done, b.tried = b.done+n, false
	c.stats.sent.Add(uint64(all))
	if segmented > 0 {
		c.strikes = 0
		c.stats.segmented.Add(uint64(segmented))
	}
}

// failed deals with an error of the run at b.done. The first is ignored: an
// ICMP error that some other peer's datagram has caused is reported by
// whatever call comes next, and reporting it clears it (ip(7), IP_RECVERR).
// At the second, a segmented run is sent again as single datagrams, and a
// single one is lost.
func (c *Conn) failed(b *batch, err error) {
	if !b.tried {
		b.tried = true
		return
	}
	b.tried = false
	if b.runs[b.done].count > 1 {
		c.refused(err)
		b.split()
		return
	}
	c.stats.drop(reasonOf(err), 1)
	b.done++
}

// refused gives UDP_SEGMENT up for good where the device or the kernel cannot
// do it. A length that does not suit one peer's path is refused with other
// errors; those may come a few times in a row.
func (c *Conn) refused(err error) {
	c.stats.refusals.Add(1)
	switch err {
	case syscall.EIO, syscall.ENOPROTOOPT, syscall.EOPNOTSUPP:
		c.strikes = mostStrikes
	case syscall.EINVAL, syscall.EMSGSIZE:
		c.strikes++
	}
	if c.strikes >= mostStrikes {
		c.segment.Store(false)
	}
}
