package udp_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
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

func TestEcho(t *testing.T) {
	c := dial(t, serve(t, udp.ServerOptions{}))
	for _, message := range []string{"", "a", "nul\x00\n", "한글", strings.Repeat("x", 9000)} {
		echo(t, c, message)
	}
}

func TestManyClients(t *testing.T) {
	const clients, messages = 50, 20
	s := serve(t, udp.ServerOptions{})
	var all sync.WaitGroup
	for i := range clients {
		c := dial(t, s)
		all.Go(func() {
			for j := range messages {
				message := bytes.Repeat([]byte{byte(i), byte(j)}, 1+i*j/10)
				buf := make([]byte, len(message))
				if err := c.Send(message); err != nil {
					t.Error(err)
					return
				}
				if _, err := c.Receive(buf); err != nil || !bytes.Equal(buf, message) {
					t.Errorf("client %d, message %d: got %.10q, %v", i, j, buf, err)
					return
				}
			}
		})
	}
	all.Wait()
	eventually(t, "the last answer is counted", func() bool { return s.Stats().Writes == clients*messages })
	got := s.Stats()
	if got.Reads != clients*messages || got.BytesIn != got.BytesOut || got.Errors != 0 {
		t.Errorf("after %d datagrams: %+v", clients*messages, got)
	}
	if got.Connections != 0 || got.Active != 0 {
		t.Errorf("UDP has connections: %+v", got)
	}
}

func TestIdleClient(t *testing.T) {
	for _, iterative := range []bool{false, true} {
		s := serve(t, udp.ServerOptions{Iterative: iterative})
		echo(t, dial(t, s), "and idle from now on")
		echo(t, dial(t, s), "not held up")
	}
}

func TestMaxMessage(t *testing.T) {
	s := serve(t, udp.ServerOptions{MaxMessage: 5})
	c := dial(t, s)
	if err := c.Send([]byte("longer")); err != nil {
		t.Fatal(err)
	}
	echo(t, c, "short") // the first answer that comes
	eventually(t, "the answer is counted", func() bool { return s.Stats().Writes > 0 })
	if got := s.Stats(); got.Refused != 1 || got.Reads != 2 || got.Writes != 1 {
		t.Errorf("one datagram too long: %+v", got)
	}
}

func TestMaxClients(t *testing.T) {
	s, err := udp.Listen(t.Context(), udp.System{}, "127.0.0.1:0", udp.ServerOptions{MaxClients: 2})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	for range 2 {
		echo(t, dial(t, s), "hello")
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	c := dial(t, s)
	if err := c.Send([]byte("third")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Receive(make([]byte, 5)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("third client: got %v, want refused", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func TestBuffer(t *testing.T) {
	s := serve(t, udp.ServerOptions{Buffer: 4})
	c := dial(t, s)
	for message, answer := range map[string]string{"longer than four": "long", "four": "four"} {
		if err := c.Send([]byte(message)); err != nil {
			t.Fatal(err)
		}
		want(t, c, answer)
	}
	if got := s.Stats(); got.Truncated != 1 || got.BytesIn != 8 {
		t.Errorf("one of two datagrams cut: %+v", got)
	}
}

func TestServices(t *testing.T) {
	for service, answer := range map[udp.Service]string{
		udp.Echo:  "az AZ é 한글\xff",
		udp.Upper: "AZ AZ é 한글\xff",
		udp.Hello: udp.Greeting,
	} {
		t.Run(string(service), func(t *testing.T) {
			c := dial(t, serve(t, udp.ServerOptions{Service: service}))
			if err := c.Send([]byte("az AZ é 한글\xff")); err != nil {
				t.Fatal(err)
			}
			want(t, c, answer)
		})
	}
	t.Run("discard", func(t *testing.T) {
		s := serve(t, udp.ServerOptions{Service: udp.Discard})
		c := dial(t, s)
		if err := c.Send([]byte("into the void")); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the datagram was read", func() bool { return s.Stats().Reads == 1 })
		wantSilence(t, c)
	})
}

func TestPause(t *testing.T) {
	const pause = 20 * time.Millisecond
	c := dial(t, serve(t, udp.ServerOptions{Pause: pause}))
	start := time.Now()
	for range 5 {
		echo(t, c, "x")
	}
	if took := time.Since(start); took < 4*pause {
		t.Errorf("five reads took %v, want four pauses of %v at least", took, pause)
	}
}

func TestShutdownAnswersWhatWasReceived(t *testing.T) {
	s := serve(t, udp.ServerOptions{Pause: time.Millisecond})
	c := dial(t, s)
	echo(t, c, "it serves")
	const messages = 50 // far fewer than the system's buffer holds
	for range messages {
		if err := c.Send([]byte("hello")); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	for range messages {
		want(t, c, "hello")
	}
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("again: %v", err)
	}
}

func TestShutdownIsBounded(t *testing.T) {
	// A socket at which the next datagram is always there already.
	s := serveOn(t, fakeHost{read: func(p net.PacketConn, _ []byte) (int, net.Addr, error) {
		closed := p.SetWriteDeadline(time.Time{})
		return 1, &net.UDPAddr{Port: 9999}, closed
	}}, udp.ServerOptions{Service: udp.Discard})
	eventually(t, "it serves", func() bool { return s.Stats().Reads > 0 })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with clients that give no peace: got %v, want the deadline", err)
	}
}

func TestCloseDuringTraffic(t *testing.T) {
	s := serve(t, udp.ServerOptions{})
	stop := make(chan struct{})
	var all sync.WaitGroup
	for range 10 {
		c := dial(t, s)
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					c.Send([]byte("hello")) // refused once the server is gone
				}
			}
		})
	}
	eventually(t, "traffic flows", func() bool { return s.Stats().Reads > 100 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	close(stop)
	all.Wait()
}

func TestServeOnce(t *testing.T) {
	s := serve(t, udp.ServerOptions{})
	echo(t, dial(t, s), "it serves")
	if err := s.Serve(); err == nil {
		t.Error("a second Serve went on")
	}
}

func TestCloseBeforeServe(t *testing.T) {
	for name, end := range map[string]func(*udp.Server) error{
		"close":    (*udp.Server).Close,
		"shutdown": func(s *udp.Server) error { return s.Shutdown(t.Context()) },
	} {
		s, err := udp.Listen(t.Context(), udp.System{}, "127.0.0.1:0", udp.ServerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(end(s), s.Serve(), s.Close()); err != nil {
			t.Errorf("%s, serve, close: %v", name, err)
		}
	}
}

func TestBadServers(t *testing.T) {
	for _, o := range []udp.ServerOptions{{Buffer: -1}, {Buffer: 1<<30 + 1}, {MaxClients: -1}, {MaxMessage: -1}, {Pause: -1}, {Service: "shout"}} {
		if s, err := udp.Listen(t.Context(), udp.System{}, "127.0.0.1:0", o); err == nil {
			s.Close()
			t.Errorf("%+v was accepted", o)
		}
	}
	taken := serve(t, udp.ServerOptions{}).Addr().String()
	if s, err := udp.Listen(t.Context(), udp.System{}, taken, udp.ServerOptions{}); err == nil {
		s.Close()
		t.Error("two servers share a port")
	} else if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "listen on udp "+taken) {
		t.Errorf("a taken port: %v", err)
	}
}
