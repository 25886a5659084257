package labtest

import (
	"bytes"
	"fmt"
	"time"

	"echolab/lab/testbed"
)

// transportTest is what a check of a transport works with.
type transportTest struct {
	*networkTest
	transport testbed.Transport
	net       testbed.Network
}

// serve starts a server and stops it when the check is over.
func (t *transportTest) serve(o testbed.ServerOptions) testbed.Server {
	t.Helper()
	server, ended := t.start(o)
	t.Cleanup(func() {
		mustClose(server)
		if err := t.within("Serve after Close", func() error { return <-ended }); err != nil {
			t.Errorf("Serve: %v, want nil after Close", err)
		}
	})
	return server
}

// start starts a server; ended yields what Serve returns.
func (t *transportTest) start(o testbed.ServerOptions) (server testbed.Server, ended <-chan error) {
	t.Helper()
	server, err := t.transport.Listen(t.ctx, t.net.Server(), anyPort(t.net.Server()), o)
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	result := make(chan error, 1)
	go func() { result <- server.Serve() }()
	return server, result
}

func (t *transportTest) client(server testbed.Server) testbed.Client {
	t.Helper()
	c, err := t.transport.Dial(t.ctx, t.net.Client(), server.Addr().String(), testbed.ClientOptions{})
	if err != nil {
		t.Fatalf("dial %s: %v", server.Addr(), err)
	}
	t.Cleanup(func() { mustClose(c) })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// send sends a message.
func (t *transportTest) send(c testbed.Client, message []byte) {
	t.Helper()
	if err := c.Send(message); err != nil {
		t.Fatalf("send %d bytes: %v", len(message), err)
	}
}

// receive checks that the next message is want.
func (t *transportTest) receive(c testbed.Client, want []byte) {
	t.Helper()
	if err := take(c, want); err != nil {
		t.Fatal(err)
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
