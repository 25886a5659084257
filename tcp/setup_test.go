package tcp_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"

	"echolab/tcp"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a server until the test ends, and sees that Serve ends well.
func serve(t *testing.T, o tcp.ServerOptions) *tcp.Server {
	t.Helper()
	return serveOn(t, tcp.System{}, o)
}

func serveOn(t *testing.T, host tcp.Host, o tcp.ServerOptions) *tcp.Server {
	t.Helper()
	s, err := tcp.Listen(t.Context(), host, "127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return s
}

// dial connects a client until the test ends.
func dial(t *testing.T, s *tcp.Server, o tcp.ClientOptions) *tcp.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := tcp.Dial(ctx, tcp.System{}, s.Addr().String(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	within(t, c, patience)
	return c
}

// within bounds a client's next sends and receives.
func within(t *testing.T, c *tcp.Client, d time.Duration) {
	t.Helper()
	if err := c.SetDeadline(time.Now().Add(d)); err != nil {
		t.Fatal(err)
	}
}

// echo sends a message and wants it back.
func echo(t *testing.T, c *tcp.Client, message string) {
	t.Helper()
	if err := c.Send([]byte(message)); err != nil {
		t.Fatal(err)
	}
	want(t, c, message)
}

// want receives a message, which must be this one.
func want(t *testing.T, c *tcp.Client, message string) {
	t.Helper()
	buf := make([]byte, len(message))
	n, err := c.Receive(buf)
	if err != nil || string(buf[:n]) != message {
		t.Fatalf("got %.40q, %v, want %.40q", buf[:n], err, message)
	}
}

// wantEnd receives the end of the connection.
func wantEnd(t *testing.T, c *tcp.Client) {
	t.Helper()
	if n, err := c.Receive(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Fatalf("got %d bytes, %v, want the end of the connection", n, err)
	}
}

// eventually waits for a condition that the server's goroutines bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
