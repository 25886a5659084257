// Package backlog is the lesson "The waiting queue". What it tells is in en.md and ko.md.
package backlog

import (
	"context"
	"embed"

	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "backlog",
	Also:  []string{"listen backlog", "accept queue", "SYN queue", "listen", "queue"},
	Prose: experiments.Read(pages),
	Place: experiments.OnSystem,
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
	unset := errors.Is(err, errors.ErrUnsupported)
	if unset {
		b.Warnf("the backlog cannot be chosen on network %s", b.Driver.Name)
	} else if err != nil {
		return nil, err
	}
	before := result.Row("connected_before_accept", "Connected before accept", "count")
	away := result.Row("refused_or_waiting", "Refused or waiting", "count")
	together := result.Row("connected_together", "Connected in the end", "count")
	blocks := result.Row("accept_waited", "Accept waited", "ms")
	largest := result.Row("somaxconn", "Largest backlog", "count")
	for _, t := range b.Transports {
		f := found[t.Name]
		switch {
		case unset:
			continue
		case !t.Stream:
			if f.refused {
				before.Set(t.Name, result.Word(noQueue))
			}
			before.ExpectWord(t.Name, noQueue)
			continue
		}
		before.Set(t.Name, result.Num(f.connected))
		if runtime.GOOS == "linux" {
			before.ExpectExactly(t.Name, asked+1)
		}
		away.Set(t.Name, result.Num(f.turnedAway))
		away.ExpectExactly(t.Name, float64(callers-f.connected))
		together.Set(t.Name, result.Num(f.together))
		together.ExpectExactly(t.Name, callers)
		blocks.Set(t.Name, result.Num(probe.Milliseconds(f.acceptWaited)))
		blocks.Expect(t.Name, probe.Milliseconds(acceptFor), probe.Milliseconds(acceptFor), probe.Milliseconds(acceptFor+callFor))
		largest.Set(t.Name, somaxconn())
	}
	before.Because("Linux: one more than the backlog, whose queue is full when it is longer (tcp(7)); listen(2) refuses UDP's socket")
	away.Because("all others: no connection is lost and none is counted twice")
	together.Because("the backlog bounds those who wait, not those who are served")
	blocks.Becausef("accept(2) waits while the queue is empty; the client comes after %v", acceptFor)
	return result.Rows(2, before, away, together, blocks, largest), nil
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
	if err := bound(l, asked); err != nil {
		return w, fmt.Errorf("set the backlog to %d: %w", asked, err)
	}
	if w.acceptWaited, err = leastAccept(ctx, n, t, l); err != nil {
		return w, err
	}
	early, away, err := callInTurn(ctx, n, t, l.Addr().String())
	defer func() { hangUp(early) }()
	if err != nil {
		return w, err
	}
	w.connected, w.turnedAway = len(early), away
	w.together, err = acceptAll(ctx, n, t, l, early)
	return w, err
}

// bound chooses the backlog of a listener, by its own means where it has some.
func bound(l net.Listener, n int) error {
	if own, ok := l.(interface{ SetBacklog(int) error }); ok {
		return own.SetBacklog(n)
	}
	return setBacklog(l, n)
}

// acceptTries bounds how often accept's wait is measured on a busy machine,
// which only ever adds to it.
const acceptTries = 3

// leastAccept is the least time that accept waited for a client.
func leastAccept(ctx context.Context, n testbed.Network, t testbed.Transport, l net.Listener) (least time.Duration, err error) {
	for try := range acceptTries {
		waited, err := acceptLate(ctx, n, t, l)
		if err != nil {
			return 0, err
		}
		if try == 0 || waited < least {
			least = waited
		}
		if least < acceptFor+callFor {
			break
		}
	}
	return least, nil
}

// acceptLate calls accept on an empty queue, and lets a client come a while
// later. It tells when accept returned, whatever it did.
func acceptLate(ctx context.Context, n testbed.Network, t testbed.Transport, l net.Listener) (waited time.Duration, err error) {
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
		hangUp([]net.Conn{c})
	}
	return waited, err
}

// callInTurn dials from one client after the other until one is turned away,
// and then from all others at once. Of two that shake hands at the same time,
// both can find the last place in the queue free; one of them then believes to
// be connected, while the system has no room for it.
func callInTurn(ctx context.Context, n testbed.Network, t testbed.Transport, address string) (through []net.Conn, away int, err error) {
	for len(through) < callers {
		one, turned, err := call(ctx, n, t, address, 1, callFor)
		through, away = append(through, one...), away+turned
		if err != nil {
			return through, away, err
		}
		if turned > 0 {
			rest, turned, err := call(ctx, n, t, address, callers-len(through)-away, callFor)
			return append(through, rest...), away + turned, err
		}
		if err := handshakesOver(ctx, n.Server()); err != nil {
			return through, away, err
		}
	}
	return through, away, nil
}

// handshakesOver waits until no handshake is under way on the server's side,
// either, where a host tells: a client is connected as soon as the SYN-ACK is
// there, and the place in the queue is taken when its acknowledgement is.
func handshakesOver(ctx context.Context, server testbed.Host) error {
	host, ok := server.(interface {
		States() (map[string]int, error)
	})
	for began := time.Now(); ok && time.Since(began) < callFor; {
		states, err := host.States()
		if err != nil || states["SYN-RECEIVED"] == 0 {
			return err
		}
		if err := probe.Pause(ctx, time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// call dials from several clients at once and returns those that got through
// in time, and how many were turned away or left waiting.
func call(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string, clients int, within time.Duration,
) (through []net.Conn, away int, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	conns := make([]net.Conn, clients)
	var turned atomic.Int64
	var g errgroup.Group
	for i := range conns {
		g.Go(func() (err error) {
			conns[i], err = n.Client().DialContext(ctx, t.Network, address)
			switch {
			case testbed.IsRefused(err), probe.IsTimeout(err):
				turned.Add(1)
			case err != nil:
				return fmt.Errorf("dial %s: %w", address, err)
			}
			return nil
		})
	}
	err = g.Wait()
	for _, c := range conns {
		if c != nil {
			through = append(through, c)
		}
	}
	return through, int(turned.Load()), err
}

// acceptAll accepts everybody, calls again for those who were turned away,
// and counts the connections that are open at the same time.
func acceptAll(ctx context.Context, n testbed.Network, t testbed.Transport, l net.Listener, early []net.Conn) (together int, err error) {
	accepted := make(chan []net.Conn, 1)
	go func() {
		var all []net.Conn
		defer func() { accepted <- all }()
		for len(all) < callers {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all = append(all, c)
		}
	}()
	late, _, err := call(ctx, n, t, l.Addr().String(), callers-len(early), probe.EchoTimeout)
	defer hangUp(late)
	if d, ok := l.(interface{ SetDeadline(time.Time) error }); ok && err == nil {
		err = d.SetDeadline(time.Now().Add(time.Second)) // those who are through are in the queue by now
	}
	if err != nil {
		err = errors.Join(err, l.Close())
	}
	all := <-accepted
	hangUp(all)
	return len(all), err
}

func hangUp(conns []net.Conn) {
	for _, c := range conns {
		probe.Abort(c)
	}
}

// somaxconn reads the system's bound of every backlog, where it can be read.
func somaxconn() result.Value {
	b, err := os.ReadFile("/proc/sys/net/core/somaxconn")
	if err != nil {
		return result.Word(unknown)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return result.Word(unknown)
	}
	return result.Num(n)
}
