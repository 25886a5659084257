package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"syscall"
	"time"

	"echolab/lab"
	"echolab/lab/theory"
)

var size = lab.Experiment{
	ID:       "size",
	Title:    "Largest message",
	Question: "How large may one message be?",
	Method:   "larger and larger messages to an echo server, up to 1 MiB",
	Place:    lab.OnLocalhost,
	Run:      runSize,
	Why: "A datagram has to fit the 16-bit length field of IP: 65,535 bytes less 20 of IP and 8 of UDP leave 65,507. The system refuses one byte more. " +
		"Over a real path anything above the MTU is cut into fragments, and losing one loses all. " +
		"A stream has no messages and so no largest one: the system cuts it into segments as it likes.",
	Packets: []string{
		"the client sends larger and larger messages to an echo server and halves the interval between what works and what does not",
		"UDP: up to 65,507 bytes come back; with one more the send itself fails",
		"TCP: a megabyte in one write comes back, in as many segments as it takes",
	},
	Theory: []string{
		"UDP: 65,535 bytes of IP less 20 of its header and 8 of UDP's: 65,507 (RFC 791 3.1, RFC 768); some systems allow less unless told otherwise",
		"TCP: no limit",
	},
	References: []string{"RFC 768", "RFC 791 3.1", "RFC 9293 3.7.1", "RFC 8085 3.2"},
	Try:        "lab compare boundaries --details",
}

// largestTried is where the search ends: one write of a mebibyte.
const largestTried = 1 << 20

// limit is what one transport did with ever larger messages.
type limit struct {
	largest int
	beyond  string
}

func runSize(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (limit, error) {
		return findLimit(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	largest := lab.Row("largest", "Largest echoed", "bytes")
	beyond := lab.Row("beyond", "One byte more", "")
	for _, t := range b.Transports {
		largest.Set(t.Name, lab.Num(found[t.Name].largest))
		beyond.Set(t.Name, lab.Word(found[t.Name].beyond))
		if t.Stream {
			largest.ExpectExactly(t.Name, largestTried)
			beyond.ExpectWord(t.Name, "works too")
		} else {
			// macOS allows 9,216 bytes unless told otherwise.
			largest.Expect(t.Name, theory.LargestDatagram, 9216, theory.LargestDatagram)
			beyond.ExpectWord(t.Name, "message too long")
		}
	}
	largest.Because("65,535 - 20 (IP) - 8 (UDP); a stream has no limit, 1 MiB was tried")
	return lab.Rows(2, largest, beyond), nil
}

// findLimit searches for the largest message that is echoed.
func findLimit(ctx context.Context, b *lab.Bench, t lab.Transport) (l limit, err error) {
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{Raw: true}, nil)
	if err != nil {
		return l, err
	}
	defer end(s, &err)
	conn, err := s.Network.Client().DialContext(ctx, t.Network, s.Server.Addr().String())
	if err != nil {
		return l, fmt.Errorf("dial %s: %w", s.Server.Addr(), err)
	}
	defer end(conn, &err)
	if l.largest, err = search(conn); err != nil {
		return l, err
	}
	l.beyond = "works too"
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
		if e != nil && !tooLong(e) {
			err = fmt.Errorf("echo of %d bytes: %w", n+1, e)
		}
		return !ok
	})
	return largest, err
}

func tooLong(err error) bool { return errors.Is(err, syscall.EMSGSIZE) }

func reason(err error) string {
	if tooLong(err) {
		return "message too long"
	}
	return fmt.Sprint(err)
}

// echoes reports whether a message of n bytes comes back whole.
func echoes(conn net.Conn, n int) (bool, error) {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
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
