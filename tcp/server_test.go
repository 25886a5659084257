package tcp_test

import (
	"bytes"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"echolab/tcp"
)

func TestEcho(t *testing.T) {
	c := dial(t, serve(t, tcp.ServerOptions{}), tcp.ClientOptions{})
	for _, message := range []string{"", "a", "nul\x00\n", "한글", strings.Repeat("x", 65507), strings.Repeat("y", 200_000)} {
		echo(t, c, message)
	}
}

func TestManyClients(t *testing.T) {
	const clients, messages = 50, 20
	s := serve(t, tcp.ServerOptions{})
	var all sync.WaitGroup
	for i := range clients {
		c := dial(t, s, tcp.ClientOptions{})
		all.Go(func() {
			for j := range messages {
				message := bytes.Repeat([]byte{byte(i), byte(j)}, 1+i*j)
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
	eventually(t, "the last answer is counted", func() bool { return s.Stats().BytesOut == s.Stats().BytesIn })
	got := s.Stats()
	if got.Connections != clients || got.Active != clients || got.Errors != 0 {
		t.Errorf("after %d clients: %+v", clients, got)
	}
}

func TestIdleClient(t *testing.T) {
	for _, iterative := range []bool{false, true} {
		s := serve(t, tcp.ServerOptions{Iterative: iterative})
		idle := dial(t, s, tcp.ClientOptions{})
		eventually(t, "the idle client is being served", func() bool { return s.Stats().Active == 1 })
		c := dial(t, s, tcp.ClientOptions{})
		if !iterative {
			echo(t, c, "not held up")
			continue
		}
		if err := c.Send([]byte("held up")); err != nil {
			t.Fatal(err)
		}
		within(t, c, 100*time.Millisecond)
		if _, err := c.Receive(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("behind an idle client: got %v, want a timeout", err)
		}
		idle.Close()
		within(t, c, patience)
		want(t, c, "held up")
	}
}

func TestIdleTimeout(t *testing.T) {
	s := serve(t, tcp.ServerOptions{IdleTimeout: 50 * time.Millisecond})
	silent, deaf := dial(t, s, tcp.ClientOptions{}), dial(t, s, tcp.ClientOptions{Raw: true})
	wantEnd(t, silent)
	// A client that only sends fills the buffers of both systems until the
	// server's write waits, too.
	block := make([]byte, 1<<20)
	for err := error(nil); err == nil; err = deaf.Send(block) {
	}
	eventually(t, "both were idle", func() bool { return s.Stats().Idle == 2 && s.Stats().Active == 0 })
}

func TestMaxConnections(t *testing.T) {
	s := serve(t, tcp.ServerOptions{MaxConnections: 2})
	first, second := dial(t, s, tcp.ClientOptions{}), dial(t, s, tcp.ClientOptions{})
	echo(t, first, "one")
	echo(t, second, "two")
	wantEnd(t, dial(t, s, tcp.ClientOptions{}))
	if got := s.Stats(); got.Refused != 1 || got.Connections != 2 {
		t.Errorf("one client too many: %+v", got)
	}
	first.Close()
	eventually(t, "there is room again", func() bool { return s.Stats().Active == 1 })
	echo(t, dial(t, s, tcp.ClientOptions{}), "three")
}

func TestMaxClients(t *testing.T) {
	for _, iterative := range []bool{false, true} {
		s, err := tcp.Listen(t.Context(), tcp.System{}, "127.0.0.1:0", tcp.ServerOptions{Iterative: iterative, MaxClients: 2})
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- s.Serve() }()
		for range 2 {
			c := dial(t, s, tcp.ClientOptions{})
			echo(t, c, "hello")
			c.Close()
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
		if _, err := tcp.Dial(t.Context(), tcp.System{}, s.Addr().String(), tcp.ClientOptions{}); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("third client: got %v, want refused", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func TestOnce(t *testing.T) {
	s := serve(t, tcp.ServerOptions{Once: true, Iterative: true, Buffer: 4})
	for range 3 {
		c := dial(t, s, tcp.ClientOptions{Raw: true})
		if err := c.Send([]byte("more than four")); err != nil {
			t.Fatal(err)
		}
		want(t, c, "more")
		wantEnd(t, c) // and no reset, though bytes were left unread
	}
	if got := s.Stats(); got.Reads != 3 || got.BytesIn != 12 {
		t.Errorf("three reads of four bytes: %+v", got)
	}
}

func TestServices(t *testing.T) {
	for service, answer := range map[tcp.Service]string{
		tcp.Echo:    "az AZ é 한글\xff",
		tcp.Upper:   "AZ AZ é 한글\xff",
		tcp.Discard: "",
		tcp.Hello:   tcp.Greeting,
	} {
		t.Run(string(service), func(t *testing.T) {
			// A buffer of one byte cuts every letter in two that can be cut.
			s := serve(t, tcp.ServerOptions{Service: service, Buffer: 1})
			c := dial(t, s, tcp.ClientOptions{Raw: true})
			if err := c.Send([]byte("az AZ é 한글\xff")); err != nil {
				t.Fatal(err)
			}
			if err := c.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			want(t, c, answer)
			wantEnd(t, c)
		})
	}
}

func TestPause(t *testing.T) {
	const pause = 20 * time.Millisecond
	s := serve(t, tcp.ServerOptions{Pause: pause, Buffer: 1})
	c := dial(t, s, tcp.ClientOptions{Raw: true})
	start := time.Now()
	echo(t, c, "12345")
	if took := time.Since(start); took < 4*pause {
		t.Errorf("five reads took %v, want four pauses of %v at least", took, pause)
	}
}

func TestHalfClose(t *testing.T) {
	c := dial(t, serve(t, tcp.ServerOptions{}), tcp.ClientOptions{Raw: true})
	message := strings.Repeat("half a megabyte ", 1<<15)
	sent := make(chan error, 1)
	go func() { sent <- errors.Join(c.Send([]byte(message)), c.CloseWrite()) }()
	want(t, c, message)
	wantEnd(t, c)
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestReset(t *testing.T) {
	s := serve(t, tcp.ServerOptions{Iterative: true})
	conn, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.(*net.TCPConn).SetLinger(0) // close with a reset
	eventually(t, "the client is being served", func() bool { return s.Stats().Active == 1 })
	conn.Close()
	echo(t, dial(t, s, tcp.ClientOptions{}), "next")
	if got := s.Stats().Errors; got != 1 {
		t.Errorf("one reset counted as %d errors", got)
	}
}
