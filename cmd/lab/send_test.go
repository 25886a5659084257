package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"echolab/lab/testbed"
	"echolab/tcp"
)

// said is what the program wrote and how it ended.
type said struct {
	code     int
	out, err string
}

// runLab runs the program in this process.
func runLab(ctx context.Context, in io.Reader, args ...string) said {
	var out, err bytes.Buffer
	code := run(ctx, args, in, &out, &err)
	return said{code, out.String(), err.String()}
}

// play listens on TCP and plays a server's part with the first client.
func play(t *testing.T, part func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(patience))
		part(c)
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

// take reads n bytes of a client.
func take(c net.Conn, n int) []byte {
	b := make([]byte, n)
	io.ReadFull(c, b)
	return b
}

func TestSendTellsWhatWentWrong(t *testing.T) {
	for _, tc := range []struct {
		name string
		part func(net.Conn)
		out  string
		want string
	}{
		{"cut off in the middle", func(c net.Conn) { c.Write(take(c, 5)[:3]) },
			"hel\n", "closed the connection, only 3 of 5 bytes"},
		{"another byte", func(c net.Conn) { take(c, 5); c.Write([]byte("he\x00lo")) },
			"he\x00lo\n", "byte 2 wanted 0x6c 'l', got 0x00"},
		{"gone at once", func(c net.Conn) {}, "", "the connection"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			address := play(t, tc.part)
			got := runLab(t.Context(), nil, "send", "tcp", address, "hello", "--timeout", patience.String())
			if got.code != exitFailed || got.out != tc.out || !strings.Contains(got.err, tc.want) {
				t.Errorf("exit code %d, printed %q, said %q; want 1, %q, %q", got.code, got.out, got.err, tc.out, tc.want)
			}
		})
	}
}

// slow is a client whose reply was not there in time, but for its beginning.
type slow struct {
	testbed.Client
	came string
}

func (slow) SetDeadline(time.Time) error { return nil }
func (slow) Send([]byte) error           { return nil }

func (s slow) Receive(b []byte) (int, error) { return copy(b, s.came), os.ErrDeadlineExceeded }

// TestReplyTooLate: what came in time is kept, and counted.
func TestReplyTooLate(t *testing.T) {
	for came, want := range map[string]string{
		"":   "no reply from tcp server:7 within 200ms",
		"he": "no reply from tcp server:7 within 200ms, only 2 of 5 bytes",
	} {
		c := conversation{client: slow{came: came}, peer: "tcp server:7", timeout: 200 * time.Millisecond, exact: true}
		got, err := c.exchange(t.Context(), []byte("hello"))
		if string(got) != came || !errors.Is(err, errNoReply) || err.Error() != want {
			t.Errorf("%q came: got %q, %v; want %q", came, got, err, want)
		}
	}
}

// TestServerGoesAway sends a second message to a server that is gone by then.
func TestServerGoesAway(t *testing.T) {
	gone := make(chan struct{})
	address := play(t, func(c net.Conn) { c.Write(take(c, 3)); c.Close(); close(gone) })
	in, typing := io.Pipe()
	go func() {
		defer typing.Close()
		io.WriteString(typing, "one\n")
		<-gone
		io.WriteString(typing, "two\n")
	}()
	got := runLab(t.Context(), in, "send", "tcp", address)
	if got.code != exitFailed || got.out != "one\n" || !strings.Contains(got.err, "the connection") {
		t.Errorf("exit code %d, printed %q, said %q", got.code, got.out, got.err)
	}
}

// TestLongMessage sends more than the buffers of both systems hold: it must
// be received while it is being sent.
func TestLongMessage(t *testing.T) {
	defer goleak.VerifyNone(t)
	server, err := tcp.Listen(t.Context(), tcp.System{}, "127.0.0.1:0", tcp.ServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve() }()
	defer func() { server.Close(); <-served }()
	line := strings.Repeat("0123456789abcdef", longestMessage/16-1)
	got := runLab(t.Context(), strings.NewReader(line+"\n"),
		"send", "tcp", server.Addr().String(), "--timeout", "20s", "--count", "8")
	if got.code != 0 || got.out != strings.Repeat(line+"\n", 8) {
		t.Errorf("exit code %d, printed %d bytes, said %q", got.code, len(got.out), got.err)
	}
	got = runLab(t.Context(), strings.NewReader(line+line), "send", "tcp", server.Addr().String())
	if got.code != exitFailed || !strings.Contains(got.err, "standard input: a line of more than") {
		t.Errorf("exit code %d, said %q", got.code, got.err)
	}
}

// TestSendInterrupted waits for a reply that does not come, and is told to stop.
func TestSendInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address := play(t, func(c net.Conn) { take(c, 5); cancel(); c.Read(make([]byte, 1)) })
	got := runLab(ctx, nil, "send", "tcp", address, "hello", "--timeout", "1m")
	if got.code != exitInterrupted || got.err != "" {
		t.Errorf("exit code %d, said %q", got.code, got.err)
	}
}

// TestWrongDatagram answers a datagram with a longer one.
func TestWrongDatagram(t *testing.T) {
	s, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 10)
		if n, from, err := s.ReadFrom(b); err == nil {
			s.WriteTo(append(b[:n], '!'), from)
		}
	}()
	t.Cleanup(func() { s.Close(); <-done })
	got := runLab(t.Context(), nil, "send", "udp", s.LocalAddr().String(), "hello")
	if got.code != exitFailed || got.out != "hello!\n" || !strings.Contains(got.err, "5 bytes sent, 6 came back") {
		t.Errorf("exit code %d, printed %q, said %q", got.code, got.out, got.err)
	}
}

// TestSendGoesOn: over UDP one lost reply is no reason to stop. On a busy
// machine more than the one may be missing; they are counted all the same.
func TestSendGoesOn(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const count, lost = 4, 2
	took := make(chan struct{})
	go func() { // answers every message but one
		defer close(took)
		b := make([]byte, 100)
		c.SetDeadline(time.Now().Add(patience))
		for i := 1; i <= count; i++ {
			n, client, err := c.ReadFrom(b)
			if err != nil {
				t.Errorf("message %d: %v", i, err)
				return
			}
			if i != lost {
				c.WriteTo(b[:n], client)
			}
		}
	}()
	t.Cleanup(func() { c.Close(); <-took })
	got := runLab(t.Context(), strings.NewReader(""),
		"send", "udp", c.LocalAddr().String(), "hello", "--count", "4", "--timeout", "1s")
	<-took
	replies := strings.Count(got.out, "hello\n")
	if got.code != exitFailed || replies == 0 || replies >= count || got.out != strings.Repeat("hello\n", replies) {
		t.Errorf("exit code %d, printed %q; want 1, and the replies that came", got.code, got.out)
	}
	if missing := fmt.Sprintf("%d of %d messages", count-replies, count); !strings.Contains(got.err, missing) {
		t.Errorf("said %q, want %q", got.err, missing)
	}
}
