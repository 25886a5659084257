// Package backlog is the lesson "Listen backlog". What it tells is in en.md and ko.md.
package backlog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "backlog",
	Also:  []string{"listen backlog", "accept queue", "SYN queue", "listen", "queue"},
	Prose: experiments.Read("backlog"),
	Place: experiments.OnSystem,
	Long:  true,
	Run:   runBacklog,
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.SYNUnanswered},
		Together: true,
	},
	Claims: backlogClaims,
}

const (
	asked   = 5  // the backlog that the server asks for
	callers = 12 // more than any system lets wait for it
)

// Words in place of numbers.
const (
	noQueue = "no queue" // listen(2) refuses the socket
	unknown = "unknown"  // the system does not tell
)

// waiting is how the system treats clients that nobody accepts.
type waiting struct {
	refused               bool // listen(2) refuses the socket
	connected, turnedAway int
	together              int           // clients connected at once in the end
	acceptWaited          time.Duration // on an empty queue
}

func runBacklog(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (waiting, error) {
		if !t.Stream {
			return listenAnyway(ctx, b, t)
		}
		return callAll(ctx, b, t)
	})
	if errors.Is(err, errors.ErrUnsupported) {
		b.Warnf("the backlog cannot be chosen on network %s", b.Driver.Name)
		return experiments.Measure(nil, found, rows...), nil
	}
	if err != nil {
		return nil, err
	}
	return experiments.Measure(b.Transports, found, rows...), nil
}

var rows = []experiments.Row[waiting]{
	{
		ID: "connected_before_accept", Label: "Connected before accept", Unit: "count", Headline: true,
		Basis: text.Say("Linux: one more than the backlog, whose queue is full when it is longer (tcp(7)); " +
			"listen(2) refuses UDP's socket"),
		Cell: connectedBeforeAccept,
	},
	{
		ID: "refused_or_waiting", Label: "Refused or waiting", Unit: "count", Headline: true,
		Basis: text.Say("all others: no connection is lost and none is counted twice"),
		Cell: ofStream(func(w waiting) result.Cell {
			return result.Number(w.turnedAway).ExpectExactly(float64(callers - w.connected))
		}),
	},
	{
		ID: "connected_together", Label: "Connected in the end", Unit: "count",
		Basis: text.Say("the backlog bounds those who wait, not those who are served"),
		Cell: ofStream(func(w waiting) result.Cell {
			return result.Number(w.together).ExpectExactly(callers)
		}),
	},
	{
		ID: "accept_waited", Label: "Accept waited", Unit: "ms",
		Basis: text.Sayf("accept(2) waits while the queue is empty; the client comes after %v", acceptFor),
		Cell: ofStream(func(w waiting) result.Cell {
			least := probe.Milliseconds(acceptFor)
			return result.Number(probe.Milliseconds(w.acceptWaited)).
				Expect(least, least, probe.Milliseconds(acceptFor+callFor))
		}),
	},
	{
		ID: "somaxconn", Label: "Largest backlog", Unit: "count",
		Cell: ofStream(func(waiting) result.Cell { return result.Measured(somaxconn()) }),
	},
}

// ofStream is a cell that only a transport with a queue of connections has.
func ofStream(cell func(waiting) result.Cell) func(testbed.Transport, waiting) result.Cell {
	return func(t testbed.Transport, w waiting) result.Cell {
		if !t.Stream {
			return result.Cell{}
		}
		return cell(w)
	}
}

// connectedBeforeAccept is how many connections the queue took, which is bounded
// by the backlog and one on Linux; without a stream there is no queue.
func connectedBeforeAccept(t testbed.Transport, w waiting) result.Cell {
	switch {
	case !t.Stream && !w.refused:
		return result.Cell{}.ExpectWord(noQueue)
	case !t.Stream:
		return result.Outcome(noQueue).ExpectWord(noQueue)
	case runtime.GOOS == "linux":
		return result.Number(w.connected).ExpectExactly(asked + 1)
	}
	return result.Number(w.connected)
}

// acceptFor is how long accept waits for the first client, and callFor the
// deadline of the clients' connect.
const (
	acceptFor = 30 * time.Millisecond
	callFor   = 150 * time.Millisecond
)

// listenAnyway calls listen(2) on a socket of datagrams.
func listenAnyway(ctx context.Context, b *testbed.Bench, t testbed.Transport) (w waiting, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return w, err
	}
	defer probe.Close(n, &err)
	conn, err := n.Server().ListenPacket(ctx, t.Network, n.Server().Addr().String()+":0")
	if err != nil {
		return w, fmt.Errorf("open the socket: %w", err)
	}
	defer probe.Close(conn, &err)
	w.refused = setBacklog(conn, asked) != nil
	return w, nil
}

// callAll lets all clients connect to a server that does not accept, and then
// lets it accept.
func callAll(ctx context.Context, b *testbed.Bench, t testbed.Transport) (w waiting, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return w, err
	}
	defer probe.Close(n, &err)
	l, err := n.Server().Listen(ctx, t.Network, n.Server().Addr().String()+":0")
	if err != nil {
		return w, fmt.Errorf("listen: %w", err)
	}
	defer probe.Close(l, &err)
	if err := setBacklog(l, asked); err != nil {
		return w, fmt.Errorf("set the backlog to %d: %w", asked, err)
	}
	if w.acceptWaited, err = leastAccept(ctx, n, t, l); err != nil {
		return w, err
	}
	early, away, err := callInTurn(ctx, n, t, l.Addr().String())
	defer func() { abortAll(early) }()
	if err != nil {
		return w, err
	}
	w.connected, w.turnedAway = len(early), away
	w.together, err = acceptAll(ctx, n, t, l, early)
	return w, err
}

// setBacklog chooses the backlog of a socket: by its own means where it has some, else
// by calling listen(2) again where it listens already.
func setBacklog(socket any, n int) error {
	if own, ok := socket.(interface{ SetBacklog(int) error }); ok {
		return own.SetBacklog(n)
	}
	c, ok := socket.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	return probe.Control(raw, func(fd uintptr) error { return listen(fd, n) })
}

// acceptTries bounds how often accept's wait is measured on a busy machine,
// which only ever adds to it.
const acceptTries = 3

// leastAccept is the least time that accept waited for a client.
func leastAccept(
	ctx context.Context, n testbed.Network, t testbed.Transport, l net.Listener,
) (time.Duration, error) {
	return probe.LeastOf(acceptTries,
		func(int) (time.Duration, error) { return acceptLate(ctx, n, t, l) },
		func(least time.Duration) bool { return least < acceptFor+callFor })
}

// acceptLate calls accept on an empty queue, and lets a client come a while
// later. It tells when accept returned, with a connection or with an error.
func acceptLate(
	ctx context.Context, n testbed.Network, t testbed.Transport, l net.Listener,
) (waited time.Duration, err error) {
	g, ctx := errgroup.WithContext(ctx)
	began := time.Now()
	g.Go(func() error {
		if err := probe.Pause(ctx, acceptFor); err != nil {
			return err
		}
		c, err := n.Client().DialContext(ctx, t.Network, l.Addr().String())
		if err != nil {
			return fmt.Errorf("dial %s: %w", l.Addr(), err)
		}
		return c.Close()
	})
	c, acceptErr := l.Accept()
	waited = time.Since(began)
	err = g.Wait() // before the connection is closed: its client may still be in connect
	if acceptErr == nil {
		abortAll([]net.Conn{c})
	}
	return waited, err
}

// somaxconn reads the system's bound of every backlog, where it can be read.
func somaxconn() result.Value {
	b, _ := os.ReadFile("/proc/sys/net/core/somaxconn") // nothing is no number, either
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return result.Word(unknown)
	}
	return result.Num(n)
}
