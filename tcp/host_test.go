package tcp_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"echolab/tcp"
)

// fakeHost is the system with other listeners and connections.
type fakeHost struct {
	tcp.System
	accept func(net.Listener) (net.Conn, error)
	conn   func(net.Conn) net.Conn
}

type fakeListener struct {
	net.Listener
	accept func(net.Listener) (net.Conn, error)
}

func (l fakeListener) Accept() (net.Conn, error) { return l.accept(l.Listener) }

func (h fakeHost) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	l, err := h.System.Listen(ctx, network, address)
	return fakeListener{l, h.accept}, err
}

func (h fakeHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := h.System.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return h.conn(c), nil
}

// bareConn is a connection that knows nothing but net.Conn's methods.
type bareConn struct{ net.Conn }

func bare(c net.Conn) net.Conn { return bareConn{c} }

func acceptBare(l net.Listener) (net.Conn, error) {
	c, err := l.Accept()
	if err != nil {
		return nil, err
	}
	return bare(c), nil
}

func TestForeignSockets(t *testing.T) {
	host := fakeHost{accept: acceptBare, conn: bare}
	s := serveOn(t, host, tcp.ServerOptions{})
	c, err := tcp.Dial(t.Context(), host, s.Addr().String(), tcp.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	within(t, c, patience)
	echo(t, c, "hello")
	if err := c.CloseWrite(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("close half: got %v, want errors.ErrUnsupported", err)
	}
	if _, err := tcp.Listen(t.Context(), host, "127.0.0.1:0", tcp.ServerOptions{Backlog: 1}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("backlog: got %v, want errors.ErrUnsupported", err)
	}
}

func TestAcceptTriesAgain(t *testing.T) {
	var tries atomic.Int64
	host := fakeHost{accept: func(l net.Listener) (net.Conn, error) {
		if tries.Add(1) <= 3 {
			return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
		}
		return l.Accept()
	}}
	s := serveOn(t, host, tcp.ServerOptions{})
	echo(t, dial(t, s, tcp.ClientOptions{}), "late but there")
	if got := s.Stats().Errors; got != 3 {
		t.Errorf("three failures counted as %d", got)
	}
}

func TestAcceptGivesUp(t *testing.T) {
	broken := errors.New("the card is on fire")
	var tries atomic.Int64
	host := fakeHost{accept: func(l net.Listener) (net.Conn, error) {
		if tries.Add(1) > 1 {
			return nil, broken
		}
		return l.Accept()
	}}
	s, err := tcp.Listen(t.Context(), host, "127.0.0.1:0", tcp.ServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dial(t, s, tcp.ClientOptions{}) // an idle client does not keep Serve from ending
	if err := s.Serve(); !errors.Is(err, broken) || !strings.Contains(err.Error(), s.Addr().String()) {
		t.Errorf("got %v", err)
	}
}

func TestSystem(t *testing.T) {
	here := netip.MustParseAddrPort("127.0.0.1:0")
	var multipath atomic.Bool
	host := fakeHost{System: tcp.System{Source: here}, conn: bare, accept: func(l net.Listener) (net.Conn, error) {
		c, err := l.Accept()
		if err != nil {
			return nil, err
		}
		used, err := c.(*net.TCPConn).MultipathTCP()
		multipath.Store(used || err != nil)
		return c, nil
	}}
	s := serveOn(t, host, tcp.ServerOptions{})
	c, err := tcp.Dial(t.Context(), host, s.Addr().String(), tcp.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	within(t, c, patience)
	echo(t, c, "hello")
	if multipath.Load() {
		t.Error("the connection is multipath TCP")
	}
	if got := c.LocalAddr().(*net.TCPAddr).AddrPort(); got.Addr() != here.Addr() || got.Port() == 0 {
		t.Errorf("source is %v, want %v and a port", got, here.Addr())
	}
	if c.RemoteAddr().String() != s.Addr().String() {
		t.Errorf("connected to %v, the server is at %v", c.RemoteAddr(), s.Addr())
	}
}
