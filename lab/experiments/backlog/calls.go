package backlog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments/probe"
	"echolab/lab/testbed"
)

// callInTurn dials from one client after the other until one is turned away,
// and then from all others at once. Two handshakes at the same time can both
// find the last place in the queue free; one of the clients is then connected in its
// own view, while the server's system has no room for it.
func callInTurn(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string,
) (through []net.Conn, away int, err error) {
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
// where its host tells the states of its sockets: a client is connected as soon as the SYN-ACK is
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

// acceptAll accepts all connections, dials again for the clients that were turned
// away, and counts the connections that are open at the same time.
func acceptAll(
	ctx context.Context, n testbed.Network, t testbed.Transport, l net.Listener, early []net.Conn,
) (together int, err error) {
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
	defer abortAll(late)
	if d, ok := l.(interface{ SetDeadline(time.Time) error }); ok && err == nil {
		err = d.SetDeadline(time.Now().Add(time.Second)) // the connected clients are in the queue by now
	}
	if err != nil {
		err = errors.Join(err, l.Close())
	}
	all := <-accepted
	abortAll(all)
	return len(all), err
}

// abortAll closes connections without waiting for their other ends.
func abortAll(conns []net.Conn) {
	for _, c := range conns {
		probe.Abort(c)
	}
}
