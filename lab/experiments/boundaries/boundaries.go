// Package boundaries is the lesson "Message boundaries". What it tells is in en.md and ko.md.
package boundaries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:     "boundaries",
	Also:   []string{"framing", "stream", "byte stream", "datagrams", "partial read"},
	Prose:  experiments.Read("boundaries"),
	Place:  experiments.OnLocalhost,
	Run:    experiments.SideBySide(cut, rows),
	Claims: boundariesClaims,
}

// What the lesson sends and reads, in bytes.
const (
	smallWrites = 10
	smallSize   = 100
	smallBuffer = 2 * smallWrites * smallSize
	// largeSize is read in pieces of probe.DocumentBuffer, and fits one datagram on
	// every system.
	largeSize = 9000
)

// settle is how long echoes get to arrive before they are read.
const settle = 30 * time.Millisecond

// cuts is what one transport did to the boundaries of messages.
type cuts struct {
	writes, reads int
	back          int // bytes of the small messages that came back, in their places
	large         int // reads that one large message took
	truncated     int // bytes that a short read cost
}

// echoed reports whether the peer is one that echoes: else there is nothing to
// be read in pieces.
func (c cuts) echoed() bool { return c.back == smallWrites*smallSize }

var rows = []experiments.Row[cuts]{
	{
		ID: "reads", Label: "Reads of 10 writes", Unit: "count", Headline: true,
		Basis: text.Say("a read takes all of a stream that is there and fits (recv(2)), or one datagram (RFC 768)"),
		Cell: func(t testbed.Transport, c cuts) result.Cell {
			least := fewestReads(t, smallWrites, smallSize, smallBuffer)
			return result.Number(c.reads).ExpectExactly(float64(least))
		},
	},
	{
		ID: "truncated", Label: "Cut by a short read", Unit: "bytes", Headline: true,
		Basis: text.Say("recv(2): the rest of a datagram is discarded, the rest of a stream stays"),
		Cell: func(t testbed.Transport, c cuts) result.Cell {
			return c.ifEchoed(c.truncated).ExpectExactly(probe.Either[float64](t.Stream, 0, smallSize/2))
		},
	},
	{
		ID: "writes", Label: "Writes", Unit: "count",
		Cell: func(_ testbed.Transport, c cuts) result.Cell { return result.Number(c.writes) },
	},
	{
		ID: "came_back", Label: "Bytes echoed", Unit: "bytes",
		Basis: text.Say("all that was written, over the same socket (RFC 862)"),
		Cell: func(_ testbed.Transport, c cuts) result.Cell {
			return result.Number(c.back).ExpectExactly(smallWrites * smallSize)
		},
	},
	{
		ID: "reads_large", Label: "Reads of a long message", Unit: "count",
		Basis: text.Say("a stream needs size/buffer reads, a datagram is cut by the first"),
		Cell: func(t testbed.Transport, c cuts) result.Cell {
			return c.ifEchoed(c.large).ExpectExactly(float64(fewestReads(t, 1, largeSize, probe.DocumentBuffer)))
		},
	},
}

// ifEchoed is a cell with a count that means something only where the peer echoes.
func (c cuts) ifEchoed(n int) result.Cell {
	if !c.echoed() {
		return result.Cell{}
	}
	return result.Number(n)
}

// fewestReads is how many reads take messages that all have arrived: of a
// stream each takes what its buffer holds (recv(2)), of datagrams each takes
// one, or its beginning (RFC 768).
func fewestReads(t testbed.Transport, messages, size, buffer int) int {
	if t.Stream {
		return (messages*size + buffer - 1) / buffer
	}
	return messages
}

// cut talks to an echo server through a bare socket, without frames.
func cut(ctx context.Context, b *testbed.Bench, t testbed.Transport) (c cuts, err error) {
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{Raw: true}, nil)
	if err != nil {
		return c, err
	}
	defer probe.Close(s, &err)
	conn, err := s.Network.Client().DialContext(ctx, t.Network, s.Server.Addr().String())
	if err != nil {
		return c, fmt.Errorf("dial %s: %w", s.Server.Addr(), err)
	}
	defer probe.Close(conn, &err)
	if err := conn.SetDeadline(time.Now().Add(probe.EchoTimeout)); err != nil {
		return c, fmt.Errorf("set the deadline: %w", err)
	}
	err = c.readAll(ctx, conn, t)
	return c, err
}

// readAll reads small messages with a large buffer, one with too small a one,
// and a large message in pieces.
func (c *cuts) readAll(ctx context.Context, conn net.Conn, t testbed.Transport) (err error) {
	least := fewestReads(t, smallWrites, smallSize, smallBuffer)
	c.reads, err = fewest(least, func(wait time.Duration) (n int, err error) {
		c.writes, n, c.back, err = joined(ctx, conn, wait)
		return n, err
	})
	if err != nil {
		return fmt.Errorf("join small writes: %w", err)
	}
	if !c.echoed() {
		return nil
	}
	if c.truncated, err = shortRead(ctx, conn); err != nil {
		return fmt.Errorf("read too little: %w", err)
	}
	least = fewestReads(t, 1, largeSize, probe.DocumentBuffer)
	c.large, err = fewest(least, func(wait time.Duration) (int, error) { return pieces(ctx, conn, wait) })
	if err != nil {
		return fmt.Errorf("read a large message in pieces: %w", err)
	}
	return nil
}

// fewest repeats a count of reads until it is the least there can be, and lets
// the echoes arrive for longer each time: on a busy machine some are late, and a
// reader that comes before them needs another read.
func fewest(least int, count func(wait time.Duration) (int, error)) (reads int, err error) {
	waits := []time.Duration{settle, 3 * settle, 9 * settle}
	return probe.LeastOf(len(waits), func(try int) (int, error) { return count(waits[try]) },
		func(reads int) bool { return reads <= least })
}

// joined writes small messages and counts the reads that return their echoes,
// and the bytes of them that are the right ones. A peer that does not echo is
// no error.
func joined(ctx context.Context, conn net.Conn, wait time.Duration) (writes, reads, back int, err error) {
	var all []byte
	for i := range smallWrites {
		message := bytes.Repeat([]byte{'a' + byte(i)}, smallSize)
		if _, err := conn.Write(message); err != nil {
			return 0, 0, 0, err
		}
		all = append(all, message...)
		writes++
	}
	if err := probe.Pause(ctx, wait); err != nil {
		return 0, 0, 0, err
	}
	buf := make([]byte, smallBuffer)
	for got := 0; got < len(all); reads++ {
		n, err := conn.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			return 0, 0, 0, err
		}
		back += matching(all[got:], buf[:n])
		got += n
	}
	return writes, reads, back, nil
}

// matching counts the bytes of got that are those of want in the same places.
func matching(want, got []byte) (n int) {
	for i := range min(len(want), len(got)) {
		if want[i] == got[i] {
			n++
		}
	}
	return n
}

// shortRead reads an echo with half a buffer, and tells how many of its bytes
// never came: the next read gets them, or the message behind.
func shortRead(ctx context.Context, conn net.Conn) (lost int, err error) {
	for _, letter := range []byte{'a', 'b'} {
		if _, err := conn.Write(bytes.Repeat([]byte{letter}, smallSize)); err != nil {
			return 0, err
		}
	}
	if err := probe.Pause(ctx, settle); err != nil {
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

// pieces counts the reads of probe.DocumentBuffer bytes that bring something of one
// large message. Once the message behind it comes, no more of it will.
func pieces(ctx context.Context, conn net.Conn, wait time.Duration) (reads int, err error) {
	large, behind := bytes.Repeat([]byte{'l'}, largeSize), []byte{'b'}
	for _, message := range [][]byte{large, behind} {
		if _, err := conn.Write(message); err != nil {
			return 0, err
		}
	}
	if err := probe.Pause(ctx, wait); err != nil {
		return 0, err
	}
	buf := make([]byte, probe.DocumentBuffer)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return 0, err
		}
		if slices.Contains(buf[:n], large[0]) {
			reads++
		}
		if slices.Contains(buf[:n], behind[0]) {
			return reads, nil
		}
	}
}
