package packet

import "time"

// rttSampler times the round trips of a TCP flow, one segment at a time, and
// none around a retransmission (RFC 6298 section 3, Karn's algorithm). A round
// lasts until the sender, having been told that the segment arrived, offers
// the next one: what its host was late belongs to the loop that paces it.
type rttSampler struct {
	highest uint32 // behind the last byte offered
	begun   bool   // highest is known
	timing  bool
	acked   bool          // the timed segment; its round ends with the next offer
	until   uint32        // behind the timed segment
	since   time.Duration // when it was offered
	sum     time.Duration
	rounds  int
}

// offered sees the flow's next segment, from one sequence number to another.
func (c *rttSampler) offered(from, to uint32, now time.Duration) {
	again := c.begun && int32(from-c.highest) < 0
	if again {
		c.timing = false
		return
	}
	c.highest, c.begun = to, true
	if c.timing && c.acked {
		c.sum += now - c.since
		c.rounds++
		c.timing = false
	}
	if !c.timing {
		c.timing, c.acked, c.until, c.since = true, false, to, now
	}
}

// acknowledged sees an acknowledgement reach the sender.
func (c *rttSampler) acknowledged(ack uint32) {
	if c.timing && int32(ack-c.until) >= 0 {
		c.acked = true
	}
}
