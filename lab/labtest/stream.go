package labtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/testbed"
)

var streamRules = []rule[*networkTest]{
	{
		"StreamEcho",
		"Bytes that one host sends over TCP reach the other, and the answer comes back, whichever of the two dials.",
		streamEcho,
	},
	{
		"StreamIsWhole",
		"TCP delivers every byte, once and in order, in both directions at the same time.",
		streamIsWhole,
	},
	{
		"HalfClose",
		"After CloseWrite the peer reads io.EOF and can still answer: each direction of TCP ends for itself.",
		halfClose,
	},
	{"Addresses", "Both ends agree on who is who, and port 0 becomes a real port.", addresses},
	{"PortInUse", "Two listeners cannot have one port, and the error says so.", portInUse},
	{"Refused", "Dialing a port where nobody listens is refused at once, with syscall.ECONNREFUSED.", refused},
	{
		"ReadDeadline",
		"A read ends when its deadline passes, with os.ErrDeadlineExceeded, and the connection lives on.",
		readDeadline,
	},
	{
		"WriteDeadline",
		"A write to a peer that reads nothing ends when its deadline passes: every buffer is bounded.",
		writeDeadline,
	},
	{"CloseEndsAccept", "Close wakes Accept with net.ErrClosed, so that a server can be stopped.", closeEndsAccept},
	{"CloseEndsRead", "Close wakes Read with net.ErrClosed, and a later Read gets it too.", closeEndsRead},
	{"DialHeedsContext", "A dial whose context has ended does not connect.", dialHeedsContext},
	{"BadAddress", "An address that means nothing is an error, never a guess.", badAddress},
}

func streamEcho(t *networkTest) {
	n := t.network()
	for _, way := range [][2]testbed.Host{{n.Client(), n.Server()}, {n.Server(), n.Client()}} {
		near, far := t.pair(way[0], way[1])
		t.passes(near, far, []byte("there"))
		t.passes(far, near, []byte("and back"))
	}
}

// passes checks that what is written to from is read from to.
func (t *networkTest) passes(from, to net.Conn, message []byte) {
	t.Helper()
	if _, err := from.Write(message); err != nil {
		t.Fatalf("write %q: %v", message, err)
	}
	got := make([]byte, len(message))
	if _, err := io.ReadFull(to, got); err != nil {
		t.Fatalf("read %q: %v", message, err)
	}
	if !bytes.Equal(got, message) {
		t.Fatalf("read %q, %q was written", got, message)
	}
}

func streamIsWhole(t *networkTest) {
	near, far := t.connection()
	there, back := random(4<<20, 1), random(4<<20, 2)
	var g errgroup.Group
	g.Go(func() error { return sendAll(near, there) })
	g.Go(func() error { return sendAll(far, back) })
	g.Go(func() error { return receiveAll(far, there) })
	g.Go(func() error { return receiveAll(near, back) })
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

func sendAll(c net.Conn, data []byte) error {
	if _, err := c.Write(data); err != nil {
		return err
	}
	return c.(interface{ CloseWrite() error }).CloseWrite()
}

func receiveAll(r io.Reader, want []byte) error {
	got, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("after %d of %d bytes: %w", len(got), len(want), err)
	}
	if !bytes.Equal(got, want) {
		return errors.New("other bytes arrived than were sent")
	}
	return nil
}

func random(size int, seed uint64) []byte {
	chance := rand.NewChaCha8([32]byte{byte(seed)})
	data := make([]byte, size)
	_, _ = chance.Read(data) // it never fails
	return data
}

func halfClose(t *networkTest) {
	near, far := t.connection()
	if err := near.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatalf("CloseWrite: %v", err)
	}
	if _, err := far.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Fatalf("the peer's read after CloseWrite: %v, want io.EOF", err)
	}
	t.passes(far, near, []byte("still here"))
}

func addresses(t *networkTest) {
	near, far := t.connection()
	if near.LocalAddr().String() != far.RemoteAddr().String() || near.RemoteAddr().String() != far.LocalAddr().String() {
		t.Errorf("one end says %s to %s, the other %s to %s",
			near.LocalAddr(), near.RemoteAddr(), far.RemoteAddr(), far.LocalAddr())
	}
	for _, a := range []net.Addr{near.LocalAddr(), far.LocalAddr()} {
		tcp, ok := a.(*net.TCPAddr)
		if !ok || tcp.Port == 0 {
			t.Errorf("address %v (%T): want a *net.TCPAddr with a port", a, a)
		}
	}
}

func portInUse(t *networkTest) {
	n := t.network()
	l := t.listen(n.Server())
	second, err := n.Server().Listen(t.ctx, "tcp", l.Addr().String())
	if err == nil {
		mustClose(second)
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("second listener on %s: %v, want address in use", l.Addr(), err)
	}
}

func refused(t *networkTest) {
	n := t.network()
	where := t.unusedPort(n.Server())
	c, err := n.Client().DialContext(t.ctx, "tcp", where.String())
	if err == nil {
		mustClose(c)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial %s: %v, want connection refused", where, err)
	}
}

func readDeadline(t *networkTest) {
	near, far := t.connection()
	_ = near.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	t.expired("read with a deadline to come", func() error { _, err := near.Read(make([]byte, 1)); return err })
	_ = near.SetReadDeadline(time.Now().Add(-time.Second))
	t.expired("read with a deadline in the past", func() error { _, err := near.Read(make([]byte, 1)); return err })
	_ = near.SetReadDeadline(time.Time{})
	moved := time.AfterFunc(20*time.Millisecond, func() { _ = near.SetReadDeadline(time.Unix(1, 0)) })
	defer moved.Stop()
	t.expired("read whose deadline is set meanwhile", func() error { _, err := near.Read(make([]byte, 1)); return err })
	_ = near.SetReadDeadline(time.Now().Add(patience))
	t.passes(far, near, []byte("late"))
}

// expired checks that f ends because of its deadline.
func (t *networkTest) expired(what string, f func() error) {
	t.Helper()
	err := t.within(what, f)
	var timeout net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("%s: %v, want os.ErrDeadlineExceeded", what, err)
	}
}

func writeDeadline(t *networkTest) {
	near, _ := t.connection()
	_ = near.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
	block := make([]byte, 1<<20)
	const most = 256 // MiB, more than any buffer holds
	t.expired("write until all buffers are full", func() (err error) {
		for i := 0; i < most && err == nil; i++ {
			_, err = near.Write(block)
		}
		return err
	})
}

func closeEndsAccept(t *networkTest) {
	n := t.network()
	l := t.listen(n.Server())
	t.closed("Accept", l.Close, func() error { _, err := l.Accept(); return err })
}

func closeEndsRead(t *networkTest) {
	near, _ := t.connection()
	t.closed("Read", near.Close, func() error { _, err := near.Read(make([]byte, 1)); return err })
}

// closed checks that f, under way when end is called and once more later,
// ends with net.ErrClosed.
func (t *networkTest) closed(what string, end, f func() error) {
	t.Helper()
	later := time.AfterFunc(20*time.Millisecond, func() { _ = end() })
	defer later.Stop()
	for _, when := range []string{" while closing", " after closing"} {
		if err := t.within(what+when, f); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v, want net.ErrClosed", what+when, err)
		}
	}
}

func dialHeedsContext(t *networkTest) {
	n := t.network()
	l := t.listen(n.Server())
	ctx, cancel := context.WithCancel(t.ctx)
	cancel()
	if c, err := n.Client().DialContext(ctx, "tcp", l.Addr().String()); err == nil {
		mustClose(c)
		t.Error("the dial succeeded")
	}
}

func badAddress(t *networkTest) {
	n := t.network()
	for _, a := range []string{"", "10.0.0.2", "10.0.0.2:99999", "10.0.0.2:seven-eleven", "[10.0.0.2:7"} {
		if c, err := n.Client().DialContext(t.ctx, "tcp", a); err == nil {
			mustClose(c)
			t.Errorf("dial %q succeeded", a)
		}
		if l, err := n.Server().Listen(t.ctx, "tcp", "x"+a); err == nil {
			mustClose(l)
			t.Errorf("listen on %q succeeded", "x"+a)
		}
	}
	if l, err := n.Server().Listen(t.ctx, "sctp", anyPort(n.Server())); err == nil {
		mustClose(l)
		t.Error("listening on the network sctp succeeded")
	}
}
