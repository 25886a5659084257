package udp_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"echolab/udp"
)

// fakeHost is the system with other sockets.
type fakeHost struct {
	udp.System
	read func(net.PacketConn, []byte) (int, net.Addr, error)
}

type fakeSocket struct {
	net.PacketConn
	read func(net.PacketConn, []byte) (int, net.Addr, error)
}

func (s fakeSocket) ReadFrom(b []byte) (int, net.Addr, error) { return s.read(s.PacketConn, b) }

func (h fakeHost) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	p, err := h.System.ListenPacket(ctx, network, address)
	return fakeSocket{p, h.read}, err
}

func TestNoEchoLoop(t *testing.T) {
	// The socket says that every other datagram comes from elsewhere. An
	// answer to there would find no way out and count as an error.
	var from atomic.Pointer[net.UDPAddr]
	s := serveOn(t, fakeHost{read: func(p net.PacketConn, b []byte) (int, net.Addr, error) {
		n, client, err := p.ReadFrom(b)
		if forged := from.Swap(nil); forged != nil {
			client = forged
		}
		return n, client, err
	}}, udp.ServerOptions{})
	own := s.Addr().(*net.UDPAddr).Port
	c := dial(t, s)
	echo(t, c, "the socket works")
	for i, port := range []int{0, 7, 19, 53, 1023, own} {
		from.Store(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err := c.Send([]byte("forged")); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the datagram was read", func() bool { return from.Load() == nil })
		echo(t, c, "mine")
		if got := s.Stats().Refused; got != int64(i+1) {
			t.Errorf("a datagram from port %d was answered", port)
		}
		eventually(t, "only mine was answered", func() bool { return s.Stats().Writes == int64(i+2) })
	}
}

func TestReadTriesAgain(t *testing.T) {
	var tries atomic.Int64
	s := serveOn(t, fakeHost{read: func(p net.PacketConn, b []byte) (int, net.Addr, error) {
		switch tries.Add(1) {
		case 1:
			return 0, nil, &net.OpError{Op: "read", Err: syscall.EMFILE}
		case 2:
			return len(b), nil, syscall.Errno(10040) // as Windows does for a long datagram
		}
		return p.ReadFrom(b)
	}}, udp.ServerOptions{})
	echo(t, dial(t, s), "late but there")
	if got := s.Stats().Errors; got != 2 {
		t.Errorf("two failures counted as %d", got)
	}
}

func TestReadGivesUp(t *testing.T) {
	broken := errors.New("the card is on fire")
	s, err := udp.Listen(t.Context(), fakeHost{read: func(net.PacketConn, []byte) (int, net.Addr, error) {
		return 0, nil, broken
	}}, "127.0.0.1:0", udp.ServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Serve(); !errors.Is(err, broken) || !strings.Contains(err.Error(), s.Addr().String()) {
		t.Errorf("got %v", err)
	}
}

func TestSystem(t *testing.T) {
	here := netip.MustParseAddrPort("127.0.0.1:0")
	s := serve(t, udp.ServerOptions{})
	c, err := udp.Dial(t.Context(), udp.System{Source: here}, s.Addr().String(), udp.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	within(t, c, patience)
	echo(t, c, "hello")
	if got := c.LocalAddr().(*net.UDPAddr).AddrPort(); got.Addr() != here.Addr() || got.Port() == 0 {
		t.Errorf("source is %v, want %v and a port", got, here.Addr())
	}
	if c.RemoteAddr().String() != s.Addr().String() {
		t.Errorf("sends to %v, the server is at %v", c.RemoteAddr(), s.Addr())
	}
}
