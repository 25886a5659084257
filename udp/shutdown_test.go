package udp_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"echolab/udp"
)

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
