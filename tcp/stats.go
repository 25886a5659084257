package tcp

import "sync/atomic"

// Stats counts what a server did since Listen.
type Stats struct {
	Connections int64 // clients that were served
	Active      int64 // of these, clients that are being served now
	Refused     int64 // clients that were closed at once, over MaxConnections
	Idle        int64 // clients that were closed after IdleTimeout
	Reads       int64 // reads that brought bytes, however many messages these were
	Writes      int64 // answers
	BytesIn     int64
	BytesOut    int64
	Truncated   int64 // always 0: what a read leaves over, the next one takes
	Errors      int64 // connections that broke, and accepts that failed
}

// counters is Stats while the server runs.
type counters struct {
	connections, active, refused, idle, reads, writes, bytesIn, bytesOut, errors atomic.Int64
}

// read counts a read of n bytes.
func (c *counters) read(n int) {
	if n > 0 {
		c.reads.Add(1)
		c.bytesIn.Add(int64(n))
	}
}

// wrote counts an answer of n bytes.
func (c *counters) wrote(n int) {
	c.writes.Add(1)
	c.bytesOut.Add(int64(n))
}

// now is the counters at this moment.
func (c *counters) now() Stats {
	return Stats{
		Connections: c.connections.Load(),
		Active:      c.active.Load(),
		Refused:     c.refused.Load(),
		Idle:        c.idle.Load(),
		Reads:       c.reads.Load(),
		Writes:      c.writes.Load(),
		BytesIn:     c.bytesIn.Load(),
		BytesOut:    c.bytesOut.Load(),
		Errors:      c.errors.Load(),
	}
}
