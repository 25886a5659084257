package labtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/testbed"
)

var transportRules = []rule[*transportTest]{
	{"Echo", "A message comes back as it was sent, whatever its size.", echoes},
	{
		"Boundaries",
		"Messages that are sent together come back one by one: a message is neither split nor joined.",
		boundaries,
	},
	{"BothWaysAtOnce", "One goroutine may send while another receives.", bothWaysAtOnce},
	{"OwnAnswers", "Two clients at once get their own answers, even if one of them says nothing.", ownAnswers},
	{
		"ShortBuffer",
		"A message longer than the buffer is io.ErrShortBuffer, its rest is gone, and the next message is whole.",
		shortBuffer,
	},
	{
		"Deadline",
		"Receive ends when its deadline passes, with os.ErrDeadlineExceeded, and the conversation lives on.",
		clientDeadline,
	},
	{"CloseEndsReceive", "Close wakes Receive with net.ErrClosed.", closeEndsReceive},
	{"Nobody", "Where nobody listens, the client is told at the latest when it waits for an answer.", nobody},
	{"Discard", "A discarding server takes messages and answers nothing.", discard},
	{
		"CloseEndsServe",
		"Close ends Serve, which returns nil, whoever is connected; the port is free again.",
		closeEndsServe,
	},
	{
		"ShutdownAnswersFirst",
		"Shutdown answers what was received and then ends Serve, which returns nil.",
		shutdownAnswersFirst,
	},
	{"CloseBeforeServe", "A server that was closed before it served ends at once.", closeBeforeServe},
	{
		"NothingIsLeft",
		"A closed server and a closed client leave no goroutine and no open file behind.",
		transportLeavesNothing,
	},
}

// TestTransport checks that a transport keeps the promises of testbed.Transport,
// testbed.Server and testbed.Client on the networks that open makes, which must
// lose nothing. Run it with -race.
func TestTransport(t *testing.T, transport testbed.Transport, open Open) {
	for _, r := range transportRules {
		t.Run(r.name, func(t *testing.T) {
			explain(t, r.why)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			n := &networkTest{T: t, open: open, ctx: ctx}
			r.test(&transportTest{networkTest: n, transport: transport, net: n.network()})
		})
	}
}

func echoes(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{}))
	for _, size := range []int{1, 16, 512, 1472, 8000} {
		m := random(size, uint64(size))
		t.send(c, m)
		t.receive(c, m)
	}
}

func boundaries(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{}))
	for i := range 50 {
		t.send(c, random(1+i*7, uint64(i)))
	}
	for i := range 50 {
		t.receive(c, random(1+i*7, uint64(i)))
	}
}

func bothWaysAtOnce(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{}))
	const messages, ahead = 500, 20
	credit := make(chan struct{}, ahead) // fewer than any buffer holds are under way
	g, ctx := errgroup.WithContext(t.ctx)
	g.Go(func() error {
		for i := range messages {
			select {
			case credit <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := c.Send(random(200, uint64(i))); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for i := range messages {
			if err := take(c, random(200, uint64(i))); err != nil {
				return fmt.Errorf("message %d: %w", i, err)
			}
			<-credit
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

func ownAnswers(t *transportTest) {
	server := t.serve(testbed.ServerOptions{})
	t.client(server) // says nothing
	one, two := t.client(server), t.client(server)
	t.send(one, []byte("one"))
	t.send(two, []byte("two"))
	t.receive(two, []byte("two"))
	t.receive(one, []byte("one"))
	if one.LocalAddr().String() == two.LocalAddr().String() {
		t.Errorf("both clients are %s", one.LocalAddr())
	}
}

func shortBuffer(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{}))
	t.send(c, []byte("long message"))
	buf := make([]byte, 4)
	if n, err := c.Receive(buf); !errors.Is(err, io.ErrShortBuffer) || string(buf[:n]) != "long" {
		t.Errorf("into 4 bytes: %q, %v", buf[:n], err)
	}
	t.send(c, []byte("next"))
	t.receive(c, []byte("next"))
}

func clientDeadline(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{}))
	_ = c.SetDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := c.Receive(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("receive what never comes: %v", err)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	t.send(c, []byte("late"))
	t.receive(c, []byte("late"))
}

func closeEndsReceive(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{}))
	t.closed("Receive", c.Close, func() error { _, err := c.Receive(make([]byte, 1)); return err })
}

func nobody(t *transportTest) {
	where := t.unusedPort(t.net.Server()).String()
	c, err := t.transport.Dial(t.ctx, t.net.Client(), where, testbed.ClientOptions{})
	if err != nil {
		if !t.transport.Connected || !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial %s: %v", where, err)
		}
		return
	}
	defer mustClose(c)
	if t.transport.Connected {
		t.Errorf("dial %s succeeded", where)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	t.send(c, []byte("anybody?"))
	if _, err := c.Receive(make([]byte, 1)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("receive from %s: %v, want connection refused", where, err)
	}
}

func discard(t *transportTest) {
	c := t.client(t.serve(testbed.ServerOptions{Service: "discard"}))
	for range 10 {
		t.send(c, []byte("into the void"))
	}
	_ = c.SetDeadline(time.Now().Add(30 * time.Millisecond))
	if n, err := c.Receive(make([]byte, 100)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a discarding server answered %d bytes, %v", n, err)
	}
}

func closeEndsServe(t *transportTest) {
	server, ended := t.start(testbed.ServerOptions{})
	c := t.client(server)
	t.send(c, []byte("hello"))
	t.receive(c, []byte("hello"))
	for range 2 {
		if err := t.within("Close", server.Close); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("Close: %v", err)
		}
	}
	if err := t.within("Serve", func() error { return <-ended }); err != nil {
		t.Errorf("Serve: %v, want nil", err)
	}
	again, err := t.transport.Listen(t.ctx, t.net.Server(), server.Addr().String(), testbed.ServerOptions{})
	if err != nil {
		t.Fatalf("listen at %s again: %v", server.Addr(), err)
	}
	mustClose(again)
}

func shutdownAnswersFirst(t *transportTest) {
	server, ended := t.start(testbed.ServerOptions{})
	defer mustClose(server)
	c := t.client(server)
	t.send(c, []byte("served"))
	t.receive(c, []byte("served")) // it has been taken in
	t.send(c, []byte("last"))
	if err := t.within("Shutdown", func() error { return server.Shutdown(t.ctx) }); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if err := t.within("Serve", func() error { return <-ended }); err != nil {
		t.Errorf("Serve: %v, want nil", err)
	}
	t.receive(c, []byte("last"))
}

func closeBeforeServe(t *transportTest) {
	server, err := t.transport.Listen(t.ctx, t.net.Server(), anyPort(t.net.Server()), testbed.ServerOptions{})
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	if err := t.within("Close", server.Close); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := t.within("Serve", server.Serve); err != nil {
		t.Errorf("Serve after Close: %v, want nil", err)
	}
}

func transportLeavesNothing(t *transportTest) {
	t.serveAndClose()
	before := Take()
	for range 10 {
		t.serveAndClose()
	}
	if err := before.Compare(patience); err != nil {
		t.Error(err)
	}
}

// serveAndClose serves one client and closes while it is connected.
func (t *transportTest) serveAndClose() {
	t.Helper()
	server, ended := t.start(testbed.ServerOptions{})
	c, err := t.transport.Dial(t.ctx, t.net.Client(), server.Addr().String(), testbed.ClientOptions{})
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	t.send(c, []byte("hello"))
	t.receive(c, []byte("hello"))
	if err := server.Close(); err != nil {
		t.Errorf("close the server: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v, want nil", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close the client: %v", err)
	}
}
