package udp_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"echolab/udp"
)

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
