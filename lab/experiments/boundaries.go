package experiments

import (
	"context"
	"fmt"
	"net"
	"time"

	"echolab/lab"
)

var boundaries = lab.Experiment{
	ID:       "boundaries",
	Title:    "Message boundaries",
	Question: "Does one write arrive as one read?",
	Method:   "ten writes, a read of half a message, then 9,000 bytes read 1,024 at a time",
	Place:    lab.OnLocalhost,
	Run:      runBoundaries,
	Why: "TCP carries a stream of bytes and knows nothing of messages: what was written in ten calls may be read in one, and one write in many. " +
		"A program that needs messages has to mark them itself, as tcp/frame.go does with a length before each. UDP keeps every datagram whole, " +
		"and for that throws away what a too short read leaves behind, while TCP keeps it for the next read.",
	Packets: []string{
		"the client writes ten small messages, waits until their echoes are there, and reads with a large buffer",
		"TCP: one read returns several echoes stuck together; UDP: every read returns exactly one",
		"the client then writes two messages and reads the first echo with a buffer of half its size",
		"TCP: the next read returns the other half; UDP: the next read returns the second message, and the half is lost",
	},
	Theory: []string{
		"UDP: as many reads as writes, each of them whole (RFC 768)",
		"TCP: anything from one read to as many as there are bytes (RFC 9293 3.8)",
		"what a short read leaves is lost with UDP and kept with TCP (recv(2))",
	},
	Claims:     boundariesClaims,
	References: []string{"RFC 9293 3.8", "RFC 768", "recv(2)"},
	Try:        "lab explain boundaries",
}

// cuts is what one transport did to the boundaries of messages.
type cuts struct{ writes, reads, large, truncated int }

const (
	smallWrites = 10
	smallSize   = 100
	settle      = 30 * time.Millisecond // for echoes to arrive before they are read
	// largeSize is read in pieces of documentBuffer, as the documents' programs
	// do, and fits one datagram on every system.
	largeSize      = 9000
	documentBuffer = 1024
)

func runBoundaries(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (cuts, error) {
		return cut(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	writes := lab.Row("writes", "Writes", "count")
	reads := lab.Row("reads", "Reads of 10 writes", "count")
	truncated := lab.Row("truncated", "Cut by a short read", "bytes")
	large := lab.Row("reads_large", "Reads of a long message", "count")
	for _, t := range b.Transports {
		c := found[t.Name]
		writes.Set(t.Name, lab.Num(c.writes))
		reads.Set(t.Name, lab.Num(c.reads))
		truncated.Set(t.Name, lab.Num(c.truncated))
		large.Set(t.Name, lab.Num(c.large))
		if t.Stream {
			reads.Expect(t.Name, 1, 1, smallWrites)
			truncated.ExpectExactly(t.Name, 0)
			large.Expect(t.Name, (largeSize+documentBuffer-1)/documentBuffer, (largeSize+documentBuffer-1)/documentBuffer, largeSize)
		} else {
			reads.ExpectExactly(t.Name, smallWrites)
			truncated.ExpectExactly(t.Name, smallSize/2)
			large.ExpectExactly(t.Name, 1)
		}
	}
	reads.Because("a stream joins and splits as it likes (RFC 9293 3.8), a datagram is whole (RFC 768)")
	truncated.Because("recv(2): the rest of a datagram is discarded, the rest of a stream stays")
	large.Because("a stream needs size/buffer reads, a datagram is cut by the first")
	return lab.Rows(2, reads, truncated, writes, large), nil
}

// cut talks to an echo server through a bare socket, without frames.
func cut(ctx context.Context, b *lab.Bench, t lab.Transport) (c cuts, err error) {
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{Raw: true}, nil)
	if err != nil {
		return c, err
	}
	defer end(s, &err)
	conn, err := s.Network.Client().DialContext(ctx, t.Network, s.Server.Addr().String())
	if err != nil {
		return c, fmt.Errorf("dial %s: %w", s.Server.Addr(), err)
	}
	defer end(conn, &err)
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return c, fmt.Errorf("set the deadline: %w", err)
	}
	if c.writes, c.reads, err = joined(ctx, conn); err != nil {
		return c, fmt.Errorf("join small writes: %w", err)
	}
	if c.truncated, err = shortRead(ctx, conn); err != nil {
		return c, fmt.Errorf("read too little: %w", err)
	}
	if c.large, err = pieces(conn, t.Stream); err != nil {
		return c, fmt.Errorf("read a large message in pieces: %w", err)
	}
	return c, nil
}

// joined writes small messages and counts the reads that return their echoes.
func joined(ctx context.Context, conn net.Conn) (writes, reads int, err error) {
	for range smallWrites {
		if _, err := conn.Write(make([]byte, smallSize)); err != nil {
			return 0, 0, err
		}
		writes++
	}
	if err := pause(ctx, settle); err != nil {
		return 0, 0, err
	}
	buf := make([]byte, 2*smallWrites*smallSize)
	for got := 0; got < smallWrites*smallSize; reads++ {
		n, err := conn.Read(buf)
		if err != nil {
			return 0, 0, err
		}
		got += n
	}
	return writes, reads, nil
}

// shortRead reads an echo with half a buffer, and tells how many of its bytes
// never came: the next read gets them, or the message behind.
func shortRead(ctx context.Context, conn net.Conn) (lost int, err error) {
	first, second := make([]byte, smallSize), make([]byte, smallSize)
	for i := range smallSize {
		first[i], second[i] = 'a', 'b'
	}
	for _, m := range [][]byte{first, second} {
		if _, err := conn.Write(m); err != nil {
			return 0, err
		}
	}
	if err := pause(ctx, settle); err != nil {
		return 0, err
	}
	seen, buf := map[byte]int{}, make([]byte, smallSize/2)
	for rest := buf; seen['b'] < smallSize; rest = make([]byte, 2*smallSize) {
		n, err := conn.Read(rest)
		if err != nil {
			return 0, err
		}
		for _, c := range rest[:n] {
			seen[c]++
		}
	}
	return smallSize - seen['a'], nil
}

// pieces counts the reads of documentBuffer bytes that one large message takes.
// A datagram is over after one: no more of it will ever come.
func pieces(conn net.Conn, stream bool) (reads int, err error) {
	if _, err := conn.Write(make([]byte, largeSize)); err != nil {
		return 0, err
	}
	buf := make([]byte, documentBuffer)
	for got := 0; got < largeSize; reads++ {
		n, err := conn.Read(buf)
		if err != nil {
			return 0, err
		}
		got += n
		if !stream {
			return 1, nil
		}
	}
	return reads, nil
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
