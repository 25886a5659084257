// Package size is the lesson "Largest message". What it tells is in en.md and ko.md.
package size

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sort"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "size",
	Also:  []string{"MTU", "fragmentation", "message size", "largest datagram"},
	Prose: experiments.Read("size"),
	Place: experiments.OnLocalhost,
	Run:   experiments.SideBySide(findLimit, rows),
}

// What became of a message one byte longer than the largest. Another word than these
// is what the system said.
const (
	worksToo       text.Phrase = "works too"
	messageTooLong text.Phrase = "message too long"
	nobodyAnswers  text.Phrase = "no answer"
)

// largestTried is where the search ends: one write of a mebibyte.
const largestTried = 1 << 20

// limit is what one transport did with ever larger messages.
type limit struct {
	largest int
	allowed int // what theory allows; 0 where it says nothing
	beyond  text.Phrase
}

var rows = []experiments.Row[limit]{
	{
		ID: "largest", Label: "Largest echoed", Unit: "bytes", Headline: true,
		Basis: text.Say("65,535 - 20 (IP) - 8 (UDP), 9,216 on macOS (udp(4)); " +
			"a stream has no limit, 1 MiB was tried"),
		Cell: func(_ testbed.Transport, l limit) result.Cell {
			c := result.Number(l.largest)
			if l.allowed == 0 {
				return c
			}
			return c.ExpectExactly(float64(l.allowed))
		},
	},
	{
		ID: "beyond", Label: "One byte more", Headline: true,
		Cell: func(t testbed.Transport, l limit) result.Cell {
			return result.Outcome(l.beyond).ExpectWord(probe.Either(t.Stream, worksToo, messageTooLong))
		},
	},
}

// largestAllowed is the largest datagram that can be sent on a network, 0 where
// nobody says. Only localhost is this very system, and macOS has a setting of
// its own, net.inet.udp.maxdgram (udp(4)), whose default is 9,216.
func largestAllowed(network, system string) int {
	switch {
	case network != localhost.Localhost.Name, system == "linux", system == "windows":
		return theory.LargestDatagram
	case system == "darwin":
		return 9216
	}
	return 0
}

// findLimit searches for the largest message that is echoed.
func findLimit(ctx context.Context, b *testbed.Bench, t testbed.Transport) (l limit, err error) {
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{Raw: true}, nil)
	if err != nil {
		return l, err
	}
	defer probe.Close(s, &err)
	conn, err := s.Network.Client().DialContext(ctx, t.Network, s.Server.Addr().String())
	if err != nil {
		return l, fmt.Errorf("dial %s: %w", s.Server.Addr(), err)
	}
	defer probe.Close(conn, &err)
	l.allowed = largestTried
	if !t.Stream {
		l.allowed = largestAllowed(b.Driver.Name, runtime.GOOS)
	}
	if l.largest, err = search(conn); err != nil {
		return l, err
	}
	l.beyond = worksToo
	if ok, err := echoes(conn, l.largest+1); !ok {
		l.beyond = reason(err)
	}
	return l, nil
}

// search tries the largest message first, which is all where there is no limit,
// and then halves the interval between what works and what does not.
func search(conn net.Conn) (largest int, err error) {
	if all, _ := echoes(conn, largestTried); all {
		return largestTried, nil
	}
	largest = sort.Search(largestTried, func(n int) bool {
		if err != nil {
			return true
		}
		ok, e := echoes(conn, n+1)
		if e != nil && !testbed.IsTooLong(e) {
			err = fmt.Errorf("echo of %d bytes: %w", n+1, e)
		}
		return !ok
	})
	return largest, err
}

func reason(err error) text.Phrase {
	switch {
	case err == nil:
		return nobodyAnswers
	case testbed.IsTooLong(err):
		return messageTooLong
	}
	return text.Phrase(err.Error())
}

// echoes reports whether a message of n bytes comes back whole.
func echoes(conn net.Conn, n int) (bool, error) {
	if err := conn.SetDeadline(time.Now().Add(probe.EchoTimeout)); err != nil {
		return false, err
	}
	written := make(chan error, 1)
	go func() { // a large echo comes back before all of it was written
		_, err := conn.Write(make([]byte, n))
		if err != nil {
			err = errors.Join(err, conn.SetReadDeadline(time.Unix(1, 0))) // nothing will come
		}
		written <- err
	}()
	_, err := io.ReadAtLeast(conn, make([]byte, n), n)
	if e := <-written; e != nil {
		return false, e
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return false, nil
	}
	return err == nil, err
}
