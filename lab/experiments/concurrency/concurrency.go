// Package concurrency is the lesson "Concurrent clients". What it tells is in en.md and ko.md.
package concurrency

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:     "concurrency",
	Also:   []string{"concurrent clients", "threads", "iterative server"},
	Prose:  experiments.Read("concurrency"),
	Place:  experiments.OnLocalhost,
	Run:    experiments.SideBySide(queueBoth, rows),
	Lesson: packet.Lesson{Together: true},
	Claims: concurrencyClaims,
}

// idle is how long the idle client stays, and crowd how many clients are
// connected at the same time to see how many are served.
const (
	idle  = 150 * time.Millisecond
	crowd = 20
)

// The scenarios for each kind of server, each with a seed of its own.
const (
	behindIdle = iota
	inCrowd
)

// queueing is how one transport treats the clients of one kind of server.
type queueing struct {
	wait   time.Duration // of a client behind an idle one
	served int           // of crowd clients, while all stay connected
}

// servers are both kinds of servers of one transport.
type servers struct{ iterative, concurrent queueing }

var rows = []experiments.Row[servers]{
	{
		ID: "wait_iterative", Label: "Wait, iterative", Unit: "ms", Headline: true,
		Basis: text.Sayf("as long as the idle client stays: %v; being served takes less than half of that", idle),
		Cell: func(t testbed.Transport, s servers) result.Cell {
			if t.Connected {
				stay := probe.Milliseconds(idle)
				return s.iterative.waited().Expect(stay, stay, probe.Milliseconds(idle+idle/2))
			}
			return s.iterative.waited().Expect(0, 0, probe.Milliseconds(idle)/2)
		},
	},
	{
		ID: "wait_concurrent", Label: "Wait, concurrent", Unit: "ms", Headline: true,
		Basis: text.Say("each connection has a goroutine of its own"),
		Cell: func(_ testbed.Transport, s servers) result.Cell {
			return s.concurrent.waited().Expect(0, 0, probe.Milliseconds(idle)/2)
		},
	},
	{
		ID: "served_iterative", Label: "Served, iterative", Unit: "clients",
		Cell: func(t testbed.Transport, s servers) result.Cell {
			return result.Number(s.iterative.served).ExpectExactly(probe.Either[float64](t.Connected, 1, crowd))
		},
	},
	{
		ID: "served_concurrent", Label: "Served, concurrent", Unit: "clients",
		Cell: func(_ testbed.Transport, s servers) result.Cell {
			return result.Number(s.concurrent.served).ExpectExactly(crowd)
		},
	},
}

// waited is the cell of the wait.
func (q queueing) waited() result.Cell {
	return result.Number(probe.Milliseconds(q.wait))
}

// queueBoth tries both kinds of servers.
func queueBoth(ctx context.Context, b *testbed.Bench, t testbed.Transport) (s servers, err error) {
	if s.iterative, err = queue(ctx, b.Attempt(0), t, testbed.ServerOptions{Iterative: true}); err != nil {
		return s, fmt.Errorf("iterative server: %w", err)
	}
	if s.concurrent, err = queue(ctx, b.Attempt(1), t, testbed.ServerOptions{}); err != nil {
		return s, fmt.Errorf("concurrent server: %w", err)
	}
	return s, nil
}

// queue tries both scenarios with one kind of server.
func queue(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions,
) (q queueing, err error) {
	if q.wait, err = leastWait(ctx, b.Attempt(behindIdle), t, o); err != nil {
		return q, fmt.Errorf("wait behind an idle client: %w", err)
	}
	if q.served, err = serveCrowd(ctx, b.Attempt(inCrowd), t, o); err != nil {
		return q, fmt.Errorf("serve %d clients: %w", crowd, err)
	}
	return q, nil
}

// waitTries bounds how often a wait is measured.
const waitTries = 3

// leastWait is the least of some waits: a busy machine only ever adds to one.
// It measures no more once one is short, or as long as the idle client stays.
func leastWait(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions,
) (time.Duration, error) {
	return probe.LeastOf(waitTries,
		func(try int) (time.Duration, error) { return waitBehind(ctx, b.Attempt(try), t, o) },
		func(least time.Duration) bool { return least < idle/2 || least >= idle && least < idle+idle/2 })
}

// waitBehind measures how long a client waits for its echo while another one,
// which came first, sends nothing for a while and then closes.
func waitBehind(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions,
) (wait time.Duration, err error) {
	s, err := b.Start(ctx, t, o, testbed.ClientOptions{}, nil)
	if err != nil {
		return 0, err
	}
	defer probe.Close(s, &err)
	message, echo := []byte("anybody?"), make([]byte, 8)
	if err := probe.EchoOnce(s.Client, message, echo); err != nil {
		return 0, fmt.Errorf("the idle client's own echo: %w", err)
	}
	second, err := t.Dial(ctx, s.Network.Client(), s.Server.Addr().String(), testbed.ClientOptions{})
	if err != nil {
		return 0, err
	}
	defer probe.Close(second, &err)
	idler := s.Client
	s.Client = nil // it is closed below, not with the session
	began := time.Now()
	left := make(chan error, 1)
	time.AfterFunc(idle, func() { left <- idler.Close() })
	err = probe.EchoOnce(second, message, echo)
	wait = time.Since(began)
	return wait, errors.Join(err, <-left)
}

// serveCrowd counts the clients that get an echo while all stay connected. A
// served client is answered within microseconds, so those that have received
// nothing after the idle time are waiting.
func serveCrowd(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions,
) (served int, err error) {
	s, err := b.Start(ctx, t, o, testbed.ClientOptions{}, nil)
	if err != nil {
		return 0, err
	}
	defer probe.Close(s, &err)
	clients := []testbed.Client{s.Client}
	for len(clients) < crowd {
		c, err := t.Dial(ctx, s.Network.Client(), s.Server.Addr().String(), testbed.ClientOptions{})
		if err != nil {
			return 0, err
		}
		defer probe.Close(c, &err)
		clients = append(clients, c)
	}
	for _, c := range clients {
		if err := c.Send([]byte("anybody?")); err != nil {
			return 0, fmt.Errorf("send: %w", err)
		}
	}
	deadline := time.Now().Add(idle)
	for _, c := range clients {
		if err := c.SetDeadline(deadline); err != nil {
			return 0, err
		}
		_, err := c.Receive(make([]byte, 8))
		switch {
		case err == nil:
			served++
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return 0, fmt.Errorf("receive: %w", err)
		}
	}
	return served, nil
}
