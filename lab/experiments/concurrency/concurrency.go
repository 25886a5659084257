// Package concurrency is the lesson "Many clients". What it tells is in en.md and ko.md.
package concurrency

import (
	"context"
	"embed"

	"errors"
	"fmt"
	"os"
	"time"

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
	ID:    "concurrency",
	Also:  []string{"concurrent clients", "threads", "iterative server"},
	Prose: experiments.Read(pages),
	Place: experiments.OnLocalhost,
	Run:   runConcurrency,
	Lesson: packet.Lesson{
		Together: true,
	},
	Claims: concurrencyClaims,
}

// idle is how long the idle client stays, and crowd how many clients are
// connected at the same time to see how many are served.
const (
	idle  = 150 * time.Millisecond
	crowd = 20
)

// The scenarios for each kind of server, each with chances of its own.
const (
	behindIdle = iota
	inCrowd
)

// queueing is how one transport treats the clients of one kind of server.
type queueing struct {
	wait   time.Duration // of a client behind an idle one
	served int           // of crowd clients, while all stay connected
}

func runConcurrency(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	modes := map[bool]map[string]queueing{}
	for i, iterative := range []bool{true, false} {
		found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (queueing, error) {
			return queue(ctx, b.Attempt(i), t, iterative)
		})
		if err != nil {
			return nil, err
		}
		modes[iterative] = found
	}
	one := result.Row("wait_iterative", "Wait, iterative", "ms")
	many := result.Row("wait_concurrent", "Wait, concurrent", "ms")
	servedOne := result.Row("served_iterative", "Served, iterative", "clients")
	servedMany := result.Row("served_concurrent", "Served, concurrent", "clients")
	for _, t := range b.Transports {
		one.Set(t.Name, result.Num(probe.Milliseconds(modes[true][t.Name].wait)))
		many.Set(t.Name, result.Num(probe.Milliseconds(modes[false][t.Name].wait)))
		servedOne.Set(t.Name, result.Num(modes[true][t.Name].served))
		servedMany.Set(t.Name, result.Num(modes[false][t.Name].served))
		many.Expect(t.Name, 0, 0, probe.Milliseconds(idle)/2)
		servedMany.ExpectExactly(t.Name, crowd)
		if t.Connected {
			one.Expect(t.Name, probe.Milliseconds(idle), probe.Milliseconds(idle), probe.Milliseconds(idle+idle/2))
			servedOne.ExpectExactly(t.Name, 1)
		} else {
			one.Expect(t.Name, 0, 0, probe.Milliseconds(idle)/2)
			servedOne.ExpectExactly(t.Name, crowd)
		}
	}
	one.Becausef("as long as the idle client stays: %v; being served takes less than half of that", idle)
	many.Because("each connection has a goroutine of its own")
	return result.Rows(2, one, many, servedOne, servedMany), nil
}

func queue(ctx context.Context, b *testbed.Bench, t testbed.Transport, iterative bool) (q queueing, err error) {
	o := testbed.ServerOptions{Iterative: iterative}
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
func leastWait(ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions) (least time.Duration, err error) {
	for try := range waitTries {
		wait, err := waitBehind(ctx, b.Attempt(try), t, o)
		if err != nil {
			return 0, err
		}
		if try == 0 || wait < least {
			least = wait
		}
		if least < idle/2 || least >= idle && least < idle+idle/2 {
			break
		}
	}
	return least, nil
}

// waitBehind measures how long a client waits for its echo while another one,
// which came first, says nothing for a while and then closes.
func waitBehind(ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions) (wait time.Duration, err error) {
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
	s.Client = nil // it leaves by itself
	began := time.Now()
	left := make(chan error, 1)
	time.AfterFunc(idle, func() { left <- idler.Close() })
	err = probe.EchoOnce(second, message, echo)
	wait = time.Since(began)
	return wait, errors.Join(err, <-left)
}

// serveCrowd counts the clients that get an echo while all stay connected. A
// served client is answered within microseconds, so those that have heard
// nothing after the idle time are waiting.
func serveCrowd(ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions) (served int, err error) {
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
