package udp

import "sync/atomic"

// Stats counts what a server did since Listen.
type Stats struct {
	Connections int64 // always 0: there are none
	Active      int64 // always 0
	Refused     int64 // datagrams that got no answer: over MaxMessage, or from a port that could answer back
	Idle        int64 // always 0
	Reads       int64 // datagrams, empty ones too
	Writes      int64 // answers
	BytesIn     int64
	BytesOut    int64
	Truncated   int64 // datagrams that were longer than Buffer
	Errors      int64 // reads and answers that failed
}

// counters is Stats while the server runs.
type counters struct {
	refused, reads, writes, bytesIn, bytesOut, truncated, errors atomic.Int64
}

// read counts a datagram of n bytes.
func (c *counters) read(n int) {
	c.reads.Add(1)
	c.bytesIn.Add(int64(n))
}

// wrote counts an answer of n bytes.
func (c *counters) wrote(n int) {
	c.writes.Add(1)
	c.bytesOut.Add(int64(n))
}

// now is the counters at this moment.
func (c *counters) now() Stats {
	return Stats{
		Refused:   c.refused.Load(),
		Reads:     c.reads.Load(),
		Writes:    c.writes.Load(),
		BytesIn:   c.bytesIn.Load(),
		BytesOut:  c.bytesOut.Load(),
		Truncated: c.truncated.Load(),
		Errors:    c.errors.Load(),
	}
}
