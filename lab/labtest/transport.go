package labtest

import (
	"bytes"
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

// transportRule is one thing that every transport promises.
type transportRule struct {
	name string
	why  string
	test func(*booth)
}

var transportRules = []transportRule{
	{"Echo", "A message comes back as it was sent, whatever its size.", echoes},
	{"Boundaries", "Messages that are sent together come back one by one: a message is neither split nor joined.", boundaries},
	{"BothWaysAtOnce", "One goroutine may send while another receives.", bothWaysAtOnce},
	{"OwnAnswers", "Two clients at once get their own answers, even if one of them says nothing.", ownAnswers},
	{"ShortBuffer", "A message longer than the buffer is io.ErrShortBuffer, its rest is gone, and the next message is whole.", shortBuffer},
	{"Deadline", "Receive ends when its deadline passes, with os.ErrDeadlineExceeded, and the conversation lives on.", clientDeadline},
	{"CloseEndsReceive", "Close wakes Receive with net.ErrClosed.", closeEndsReceive},
	{"Nobody", "Where nobody listens, the client is told at the latest when it waits for an answer.", nobody},
	{"Discard", "A discarding server takes messages and answers nothing.", discard},
	{"CloseEndsServe", "Close ends Serve, which returns nil, whoever is connected; the port is free again.", closeEndsServe},
	{"ShutdownAnswersFirst", "Shutdown answers what was received and then ends Serve, which returns nil.", shutdownAnswersFirst},
	{"CloseBeforeServe", "A server that was closed before it served ends at once.", closeBeforeServe},
	{"NothingIsLeft", "A closed server and a closed client leave no goroutine and no open file behind.", transportLeavesNothing},
}

// TestTransport checks that a transport keeps the promises of lab.Transport,
// lab.Server and lab.Client on the networks that open makes, which must lose
// nothing. Run it with -race.
func TestTransport(t *testing.T, transport testbed.Transport, open func(testbed.NetworkConfig) (testbed.Network, error)) {
	for _, r := range transportRules {
		t.Run(r.name, func(t *testing.T) {
			explain(t, r.why)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			b := &bench{T: t, open: open, ctx: ctx}
			r.test(&booth{bench: b, transport: transport, net: b.network()})
		})
	}
}

// booth is what a check of a transport works with.
type booth struct {
	*bench
	transport testbed.Transport
	net       testbed.Network
}

// serve starts a server and stops it when the check is over.
func (b *booth) serve(o testbed.ServerOptions) testbed.Server {
	b.Helper()
	server, ended := b.start(o)
	b.Cleanup(func() {
		mustClose(server)
		if err := b.within("Serve after Close", func() error { return <-ended }); err != nil {
			b.Errorf("Serve: %v, want nil after Close", err)
		}
	})
	return server
}

// start starts a server; ended yields what Serve returns.
func (b *booth) start(o testbed.ServerOptions) (server testbed.Server, ended <-chan error) {
	b.Helper()
	server, err := b.transport.Listen(b.ctx, b.net.Server(), anyPort(b.net.Server()), o)
	if err != nil {
		b.Fatalf("listen: %v", err)
	}
	result := make(chan error, 1)
	go func() { result <- server.Serve() }()
	return server, result
}

func (b *booth) client(server testbed.Server) testbed.Client {
	b.Helper()
	c, err := b.transport.Dial(b.ctx, b.net.Client(), server.Addr().String(), testbed.ClientOptions{})
	if err != nil {
		b.Fatalf("dial %s: %v", server.Addr(), err)
	}
	b.Cleanup(func() { mustClose(c) })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// send sends a message.
func (b *booth) send(c testbed.Client, message []byte) {
	b.Helper()
	if err := c.Send(message); err != nil {
		b.Fatalf("send %d bytes: %v", len(message), err)
	}
}

// receive checks that the next message is want.
func (b *booth) receive(c testbed.Client, want []byte) {
	b.Helper()
	if err := take(c, want); err != nil {
		b.Fatal(err)
	}
}

func take(c testbed.Client, want []byte) error {
	buf := make([]byte, len(want)+10)
	n, err := c.Receive(buf)
	if err != nil {
		return fmt.Errorf("receive a message of %d bytes: %w", len(want), err)
	}
	if !bytes.Equal(buf[:n], want) {
		return fmt.Errorf("received %d bytes, %.20q, want %d, %.20q", n, buf[:n], len(want), want)
	}
	return nil
}

func echoes(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{}))
	for _, size := range []int{1, 16, 512, 1472, 8000} {
		m := random(size, uint64(size))
		b.send(c, m)
		b.receive(c, m)
	}
}

func boundaries(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{}))
	for i := range 50 {
		b.send(c, random(1+i*7, uint64(i)))
	}
	for i := range 50 {
		b.receive(c, random(1+i*7, uint64(i)))
	}
}

func bothWaysAtOnce(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{}))
	const messages, ahead = 500, 20
	credit := make(chan struct{}, ahead) // fewer than any buffer holds are under way
	g, ctx := errgroup.WithContext(b.ctx)
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
		b.Fatal(err)
	}
}

func ownAnswers(b *booth) {
	server := b.serve(testbed.ServerOptions{})
	b.client(server) // says nothing
	one, two := b.client(server), b.client(server)
	b.send(one, []byte("one"))
	b.send(two, []byte("two"))
	b.receive(two, []byte("two"))
	b.receive(one, []byte("one"))
	if one.LocalAddr().String() == two.LocalAddr().String() {
		b.Errorf("both clients are %s", one.LocalAddr())
	}
}

func shortBuffer(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{}))
	b.send(c, []byte("long message"))
	buf := make([]byte, 4)
	if n, err := c.Receive(buf); !errors.Is(err, io.ErrShortBuffer) || string(buf[:n]) != "long" {
		b.Errorf("into 4 bytes: %q, %v", buf[:n], err)
	}
	b.send(c, []byte("next"))
	b.receive(c, []byte("next"))
}

func clientDeadline(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{}))
	_ = c.SetDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := c.Receive(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		b.Errorf("receive what never comes: %v", err)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	b.send(c, []byte("late"))
	b.receive(c, []byte("late"))
}

func closeEndsReceive(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{}))
	b.closed("Receive", c.Close, func() error { _, err := c.Receive(make([]byte, 1)); return err })
}

func nobody(b *booth) {
	where := b.unusedPort(b.net.Server()).String()
	c, err := b.transport.Dial(b.ctx, b.net.Client(), where, testbed.ClientOptions{})
	if err != nil {
		if !b.transport.Connected || !errors.Is(err, syscall.ECONNREFUSED) {
			b.Errorf("dial %s: %v", where, err)
		}
		return
	}
	defer mustClose(c)
	if b.transport.Connected {
		b.Errorf("dial %s succeeded", where)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	b.send(c, []byte("anybody?"))
	if _, err := c.Receive(make([]byte, 1)); !errors.Is(err, syscall.ECONNREFUSED) {
		b.Errorf("receive from %s: %v, want connection refused", where, err)
	}
}

func discard(b *booth) {
	c := b.client(b.serve(testbed.ServerOptions{Service: "discard"}))
	for range 10 {
		b.send(c, []byte("into the void"))
	}
	_ = c.SetDeadline(time.Now().Add(30 * time.Millisecond))
	if n, err := c.Receive(make([]byte, 100)); !errors.Is(err, os.ErrDeadlineExceeded) {
		b.Errorf("a discarding server answered %d bytes, %v", n, err)
	}
}

func closeEndsServe(b *booth) {
	server, ended := b.start(testbed.ServerOptions{})
	c := b.client(server)
	b.send(c, []byte("hello"))
	b.receive(c, []byte("hello"))
	for range 2 {
		if err := b.within("Close", server.Close); err != nil && !errors.Is(err, net.ErrClosed) {
			b.Errorf("Close: %v", err)
		}
	}
	if err := b.within("Serve", func() error { return <-ended }); err != nil {
		b.Errorf("Serve: %v, want nil", err)
	}
	again, err := b.transport.Listen(b.ctx, b.net.Server(), server.Addr().String(), testbed.ServerOptions{})
	if err != nil {
		b.Fatalf("listen at %s again: %v", server.Addr(), err)
	}
	mustClose(again)
}

func shutdownAnswersFirst(b *booth) {
	server, ended := b.start(testbed.ServerOptions{})
	defer mustClose(server)
	c := b.client(server)
	b.send(c, []byte("served"))
	b.receive(c, []byte("served")) // it has been taken in
	b.send(c, []byte("last"))
	if err := b.within("Shutdown", func() error { return server.Shutdown(b.ctx) }); err != nil {
		b.Errorf("Shutdown: %v", err)
	}
	if err := b.within("Serve", func() error { return <-ended }); err != nil {
		b.Errorf("Serve: %v, want nil", err)
	}
	b.receive(c, []byte("last"))
}

func closeBeforeServe(b *booth) {
	server, err := b.transport.Listen(b.ctx, b.net.Server(), anyPort(b.net.Server()), testbed.ServerOptions{})
	if err != nil {
		b.Fatalf("listen: %v", err)
	}
	if err := b.within("Close", server.Close); err != nil {
		b.Errorf("Close: %v", err)
	}
	if err := b.within("Serve", server.Serve); err != nil {
		b.Errorf("Serve after Close: %v, want nil", err)
	}
}

func transportLeavesNothing(b *booth) {
	b.lifeOfAServer()
	before := Take()
	for range 10 {
		b.lifeOfAServer()
	}
	if err := before.Compare(patience); err != nil {
		b.Error(err)
	}
}

// lifeOfAServer serves one client and closes while it is connected.
func (b *booth) lifeOfAServer() {
	b.Helper()
	server, ended := b.start(testbed.ServerOptions{})
	c, err := b.transport.Dial(b.ctx, b.net.Client(), server.Addr().String(), testbed.ClientOptions{})
	if err != nil {
		b.Fatalf("dial: %v", err)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	b.send(c, []byte("hello"))
	b.receive(c, []byte("hello"))
	if err := server.Close(); err != nil {
		b.Errorf("close the server: %v", err)
	}
	if err := <-ended; err != nil {
		b.Errorf("Serve: %v, want nil", err)
	}
	if err := c.Close(); err != nil {
		b.Errorf("close the client: %v", err)
	}
}
