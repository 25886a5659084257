package virtual

import (
	"bytes"
	"context"
	"net"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/waiter"
)

// backlog is how many connections may wait for Accept: Linux's default
// (net.core.somaxconn), which package net asks for.
const backlog = 4096

// Conn is one end of a TCP connection, a net.Conn with the finer methods of
// net.TCPConn.
type Conn struct{ *socket }

var _ net.Conn = (*Conn)(nil)

// dialTCP sends a SYN and waits for the answer until ctx ends.
func dialTCP(ctx context.Context, h *Host, peer tcpip.FullAddress) (*Conn, error) {
	s, err := newSocket(h, "tcp")
	if err != nil {
		return nil, err
	}
	if err := s.connect(ctx, peer); err != nil {
		s.shut()
		return nil, err
	}
	return &Conn{s}, nil
}

func (s *socket) connect(ctx context.Context, peer tcpip.FullAddress) error {
	entry, ready := waiter.NewChannelEntry(waiter.WritableEvents | waiter.EventErr | waiter.EventHUp)
	s.events.EventRegister(&entry)
	defer s.events.EventUnregister(&entry)
	err := s.endpoint.Connect(peer)
	if _, started := err.(*tcpip.ErrConnectStarted); !started {
		return s.outcome(err)
	}
	select {
	case <-ready:
		return s.outcome(s.endpoint.LastError())
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closed:
		return net.ErrClosed
	}
}

// Read waits for bytes; io.EOF says that the peer will send no more.
func (c *Conn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	var n int
	err := c.await(waiter.ReadableEvents, c.read, func() tcpip.Error {
		w := tcpip.SliceWriter(b)
		r, err := c.endpoint.Read(&w, tcpip.ReadOptions{})
		n = r.Count
		return err
	})
	if n > 0 {
		c.endpoint.ModerateRecvBuf(n)
	}
	return n, c.readError(err)
}

// Write returns when the stack has taken all of b.
func (c *Conn) Write(b []byte) (int, error) {
	sent := 0
	for sent < len(b) {
		err := c.await(waiter.WritableEvents, c.write, func() tcpip.Error {
			n, err := c.endpoint.Write(bytes.NewReader(b[sent:]), tcpip.WriteOptions{})
			sent += int(n)
			return err
		})
		if err != nil {
			return sent, c.fail("write", err)
		}
	}
	return sent, nil
}

// CloseWrite sends a FIN; the peer can still send.
func (c *Conn) CloseWrite() error {
	if c.isClosed() {
		return c.fail("close", net.ErrClosed)
	}
	if err := c.endpoint.Shutdown(tcpip.ShutdownWrite); err != nil {
		return c.fail("close", explain(err))
	}
	return nil
}

// SetNoDelay switches Nagle's algorithm off; it is off from the start, as
// package net has it.
func (c *Conn) SetNoDelay(on bool) error {
	c.endpoint.SocketOptions().SetDelayOption(!on)
	return nil
}

// SetLinger says what Close does with unsent bytes: below 0 it sends them in
// the background, 0 throws them away and resets the connection, and above it
// waits that many seconds.
func (c *Conn) SetLinger(seconds int) error {
	c.endpoint.SocketOptions().SetLinger(tcpip.LingerOption{
		Enabled: seconds >= 0,
		Timeout: time.Duration(max(seconds, 0)) * time.Second,
	})
	return nil
}

// Listener waits for TCP connections.
type Listener struct{ *socket }

var _ net.Listener = (*Listener)(nil)

func listenTCP(h *Host, at tcpip.FullAddress) (*Listener, error) {
	s, err := newSocket(h, "tcp")
	if err != nil {
		return nil, err
	}
	s.endpoint.SocketOptions().SetReuseAddress(true) // a port in TIME-WAIT may be had again
	failed := s.endpoint.Bind(at)
	if failed == nil {
		failed = s.endpoint.Listen(backlog)
	}
	if failed != nil {
		s.shut()
		return nil, explain(failed)
	}
	return &Listener{s}, nil
}

// SetBacklog bounds how many connections may wait for Accept, as calling
// listen(2) again does.
func (l *Listener) SetBacklog(connections int) error {
	if failed := l.endpoint.Listen(connections); failed != nil {
		return l.fail("listen", explain(failed))
	}
	return nil
}

// Addr is where the listener listens, with the real port.
func (l *Listener) Addr() net.Addr { return l.LocalAddr() }

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	var e tcpip.Endpoint
	var events *waiter.Queue
	err := l.await(waiter.ReadableEvents, l.read, func() (err tcpip.Error) {
		e, events, err = l.endpoint.Accept(nil)
		return err
	})
	if err != nil {
		return nil, l.fail("accept", err)
	}
	s, err := adopt(l.host, "tcp", e, events)
	if err != nil {
		return nil, l.fail("accept", err)
	}
	return &Conn{s}, nil
}
