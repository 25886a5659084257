package tcp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"echolab/tcp"
)

// pipeHost connects every client to the other end of a pipe.
type pipeHost struct {
	tcp.System
	conn net.Conn
}

func (h pipeHost) DialContext(context.Context, string, string) (net.Conn, error) { return h.conn, nil }

// script is a client whose server the test plays.
func script(t *testing.T, o tcp.ClientOptions) (*tcp.Client, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	c, err := tcp.Dial(t.Context(), pipeHost{conn: near}, "server:7", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); far.Close() })
	within(t, c, patience)
	far.SetDeadline(time.Now().Add(patience))
	return c, far
}

func TestShortBuffer(t *testing.T) {
	c := dial(t, serve(t, tcp.ServerOptions{}), tcp.ClientOptions{})
	for _, message := range []string{"longer than four", "next"} {
		if err := c.Send([]byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 4)
	if n, err := c.Receive(buf); !errors.Is(err, io.ErrShortBuffer) || string(buf[:n]) != "long" {
		t.Errorf("got %q, %v, want io.ErrShortBuffer", buf[:n], err)
	}
	want(t, c, "next")
}

func TestDeadlineWithinFrame(t *testing.T) {
	c, server := script(t, tcp.ClientOptions{})
	for _, part := range []string{"\x00\x00", "\x00\x05he"} {
		taken := make(chan struct{})
		go func() { server.Write([]byte(part)); close(taken) }()
		for done := false; !done; { // however late that goroutine runs
			within(t, c, 20*time.Millisecond)
			if n, err := c.Receive(make([]byte, 5)); !errors.Is(err, os.ErrDeadlineExceeded) || n != 0 {
				t.Fatalf("after %q: got %d bytes, %v, want a timeout", part, n, err)
			}
			select {
			case <-taken:
				done = true
			default:
			}
		}
	}
	go server.Write([]byte("llo"))
	within(t, c, patience)
	want(t, c, "hello")
}

func TestServerMisbehaves(t *testing.T) {
	for answer, is := range map[string]error{
		"":                           io.EOF,
		"\x00\x00":                   io.ErrUnexpectedEOF,
		"\x00\x00\x00\x05hell":       io.ErrUnexpectedEOF,
		"HTTP/1.1 400 Bad Request\n": tcp.ErrTooLong,
	} {
		c, server := script(t, tcp.ClientOptions{})
		go func() {
			io.WriteString(server, answer) // the client may have enough before
			server.Close()
		}()
		if _, err := c.Receive(make([]byte, 100)); !errors.Is(err, is) {
			t.Errorf("%q: got %v, want %v", answer, err, is)
		}
	}
}

func TestRawEnd(t *testing.T) {
	c, server := script(t, tcp.ClientOptions{Raw: true})
	go func() {
		io.WriteString(server, "hell") // want checks it
		server.Close()
	}()
	buf := make([]byte, 5)
	if n, err := c.Receive(buf); !errors.Is(err, io.ErrUnexpectedEOF) || string(buf[:n]) != "hell" {
		t.Errorf("got %q, %v, want io.ErrUnexpectedEOF", buf[:n], err)
	}
}

func TestMaxMessage(t *testing.T) {
	c := dial(t, serve(t, tcp.ServerOptions{}), tcp.ClientOptions{MaxMessage: 5})
	if err := c.Send([]byte("longer")); !errors.Is(err, tcp.ErrTooLong) {
		t.Errorf("got %v, want ErrTooLong", err)
	}
	echo(t, c, "short") // nothing of the other was sent
	if _, err := tcp.Dial(t.Context(), tcp.System{}, "127.0.0.1:1", tcp.ClientOptions{MaxMessage: -1}); err == nil || errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a limit of -1 bytes: %v", err)
	}
}

// writeLog notes the sizes of writes, and fails those beyond room.
type writeLog struct {
	net.Conn
	writes []int
	room   int
}

func (w *writeLog) Write(b []byte) (int, error) {
	n := min(len(b), w.room)
	w.room -= n
	w.writes = append(w.writes, n)
	if n < len(b) {
		return n, os.ErrDeadlineExceeded
	}
	return n, nil
}

func TestOneWritePerFrame(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	log := &writeLog{Conn: near, room: 20}
	c, err := tcp.Dial(t.Context(), pipeHost{conn: log}, "server:7", tcp.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send([]byte("0123456789")); err != nil || len(log.writes) != 1 || log.writes[0] != 14 {
		t.Errorf("one frame: writes of %v bytes, %v", log.writes, err)
	}
	// The second frame gets out in part. Another behind it would be read as
	// its rest, so there must be none.
	for range 2 {
		if err := c.Send([]byte("0123456789")); !errors.Is(err, os.ErrDeadlineExceeded) || !strings.Contains(err.Error(), "6 of 14 bytes") {
			t.Errorf("a frame cut off: %v", err)
		}
		log.room = 100
	}
	if len(log.writes) != 2 {
		t.Errorf("writes of %v bytes, want two", log.writes)
	}
}

func TestDialNobody(t *testing.T) {
	s := serve(t, tcp.ServerOptions{})
	address := s.Addr().String()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := tcp.Dial(t.Context(), tcp.System{}, address, tcp.ClientOptions{})
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "dial tcp "+address) {
		t.Errorf("got %v, want refused, with the address", err)
	}
}
