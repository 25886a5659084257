package tcp_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"echolab/tcp"
)

func TestShutdownAnswersWhatWasReceived(t *testing.T) {
	s := serve(t, tcp.ServerOptions{Pause: time.Millisecond, Buffer: 512})
	c, idle := dial(t, s, tcp.ClientOptions{Raw: true}), dial(t, s, tcp.ClientOptions{})
	eventually(t, "both clients are being served", func() bool { return s.Stats().Active == 2 })
	message := strings.Repeat("0123456789abcdef", 2048)
	if err := c.Send([]byte(message)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	want(t, c, message)
	wantEnd(t, c)
	wantEnd(t, idle)
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("again: %v", err)
	}
}

func TestShutdownIsBounded(t *testing.T) {
	s := serve(t, tcp.ServerOptions{})
	c := dial(t, s, tcp.ClientOptions{Raw: true})
	eventually(t, "the client is being served", func() bool { return s.Stats().Active == 1 })
	for before := int64(-1); before < s.Stats().BytesIn; { // until the server takes no more
		before = s.Stats().BytesIn
		within(t, c, 200*time.Millisecond)
		for err := error(nil); err == nil; err = c.Send(make([]byte, 1<<20)) {
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a client that takes no answers: got %v, want the deadline", err)
	}
	if got := s.Stats().Active; got != 0 {
		t.Errorf("%d clients are still being served", got)
	}
}

func TestCloseDuringTraffic(t *testing.T) {
	s := serve(t, tcp.ServerOptions{})
	var all sync.WaitGroup
	for range 10 {
		c := dial(t, s, tcp.ClientOptions{})
		all.Go(func() {
			buf := make([]byte, 100)
			for err := error(nil); err == nil; {
				if err = c.Send(buf); err == nil {
					_, err = c.Receive(buf)
				}
				if errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error("a client was not cut off")
				}
			}
		})
	}
	eventually(t, "traffic flows", func() bool { return s.Stats().Reads > 100 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got := s.Stats(); got.Active != 0 || got.Errors != 0 {
		t.Errorf("after close: %+v", got)
	}
	all.Wait()
}

func TestServeOnce(t *testing.T) {
	s := serve(t, tcp.ServerOptions{})
	echo(t, dial(t, s, tcp.ClientOptions{}), "it serves")
	if err := s.Serve(); err == nil {
		t.Error("a second Serve went on")
	}
}

func TestCloseBeforeServe(t *testing.T) {
	for name, end := range map[string]func(*tcp.Server) error{
		"close":    (*tcp.Server).Close,
		"shutdown": func(s *tcp.Server) error { return s.Shutdown(t.Context()) },
	} {
		s, err := tcp.Listen(t.Context(), tcp.System{}, "127.0.0.1:0", tcp.ServerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(end(s), s.Serve(), s.Close()); err != nil {
			t.Errorf("%s, serve, close: %v", name, err)
		}
	}
}

func TestBadServers(t *testing.T) {
	for _, o := range []tcp.ServerOptions{
		{Buffer: -1}, {Buffer: 1<<30 + 1}, {MaxClients: -1}, {MaxConnections: -1}, {Backlog: -1}, {IdleTimeout: -1}, {Pause: -1}, {Service: "shout"},
	} {
		if s, err := tcp.Listen(t.Context(), tcp.System{}, "127.0.0.1:0", o); err == nil {
			s.Close()
			t.Errorf("%+v was accepted", o)
		}
	}
	taken := serve(t, tcp.ServerOptions{}).Addr().String()
	if s, err := tcp.Listen(t.Context(), tcp.System{}, taken, tcp.ServerOptions{}); err == nil {
		s.Close()
		t.Error("two servers share a port")
	} else if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "listen on tcp "+taken) {
		t.Errorf("a taken port: %v", err)
	}
}
