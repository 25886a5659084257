package udp_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"echolab/udp"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a server until the test ends, and sees that Serve ends well.
func serve(t *testing.T, o udp.ServerOptions) *udp.Server {
	t.Helper()
	return serveOn(t, udp.System{}, o)
}

func serveOn(t *testing.T, host udp.Host, o udp.ServerOptions) *udp.Server {
	t.Helper()
	s, err := udp.Listen(t.Context(), host, "127.0.0.1:0", o)
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

// dial makes a client until the test ends.
func dial(t *testing.T, s *udp.Server) *udp.Client {
	t.Helper()
	c, err := udp.Dial(t.Context(), udp.System{}, s.Addr().String(), udp.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	within(t, c, patience)
	return c
}

// within bounds a client's next sends and receives.
func within(t *testing.T, c *udp.Client, d time.Duration) {
	t.Helper()
	if err := c.SetDeadline(time.Now().Add(d)); err != nil {
		t.Fatal(err)
	}
}

// echo sends a message and wants it back. Nothing else is under way, so the
// system has no reason to drop it.
func echo(t *testing.T, c *udp.Client, message string) {
	t.Helper()
	if err := c.Send([]byte(message)); err != nil {
		t.Fatal(err)
	}
	want(t, c, message)
}

// want receives a message, which must be this one.
func want(t *testing.T, c *udp.Client, message string) {
	t.Helper()
	buf := make([]byte, len(message))
	n, err := c.Receive(buf)
	if err != nil || string(buf[:n]) != message {
		t.Fatalf("got %.40q, %v, want %.40q", buf[:n], err, message)
	}
}

// wantSilence waits a moment in which no answer must come.
func wantSilence(t *testing.T, c *udp.Client) {
	t.Helper()
	within(t, c, 50*time.Millisecond)
	if n, err := c.Receive(make([]byte, 100)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("got %d bytes, %v, want silence", n, err)
	}
	within(t, c, patience)
}

// eventually waits for a condition that the server brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
