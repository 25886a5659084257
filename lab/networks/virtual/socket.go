package virtual

import (
	"net"
	"os"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/waiter"

	"echolab/lab/networks"
)

// socket is an endpoint of the stack that behaves as package net's sockets do:
// its calls block, have deadlines, and end with Close.
type socket struct {
	host     *Host
	network  string // "tcp" or "udp", for errors and addresses
	endpoint tcpip.Endpoint
	events   *waiter.Queue

	read, write *networks.Deadline
	closed      chan struct{}
	shut        func()
}

// newSocket opens an endpoint on h, which closes it when the network closes.
func newSocket(h *Host, network string) (*socket, error) {
	events := new(waiter.Queue)
	e, err := h.stack.NewEndpoint(protocols[network], ipv4.ProtocolNumber, events)
	if err != nil {
		return nil, explain(err)
	}
	return adopt(h, network, e, events)
}

// adopt makes a socket of an existing endpoint.
func adopt(h *Host, network string, e tcpip.Endpoint, events *waiter.Queue) (*socket, error) {
	s := &socket{
		host: h, network: network, endpoint: e, events: events,
		read: networks.NewDeadline(), write: networks.NewDeadline(), closed: make(chan struct{}),
	}
	s.shut = sync.OnceFunc(s.release)
	if !h.track(s) {
		e.Close()
		return nil, net.ErrClosed
	}
	return s, nil
}

func (s *socket) release() {
	s.host.untrack(s)
	close(s.closed)
	s.endpoint.Close()
	s.read.Set(time.Time{})
	s.write.Set(time.Time{})
}

// Close ends every call that is under way with net.ErrClosed.
func (s *socket) Close() error {
	if s.isClosed() {
		return s.fail("close", net.ErrClosed)
	}
	s.shut()
	return nil
}

func (s *socket) isClosed() bool { return isClosed(s.closed) }

// isClosed looks at one channel. Go needs no lock for that, unlike for a select
// over two.
func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// await calls try until it no longer would block. It tries again at every
// event of the mask and at every error.
func (s *socket) await(events waiter.EventMask, d *networks.Deadline, try func() tcpip.Error) error {
	passed := d.Done()
	if s.isClosed() {
		return net.ErrClosed
	}
	if isClosed(passed) {
		return os.ErrDeadlineExceeded
	}
	err := try()
	if !wouldBlock(err) {
		return s.outcome(err)
	}
	entry, ready := waiter.NewChannelEntry(events | waiter.EventErr | waiter.EventHUp)
	s.events.EventRegister(&entry)
	defer s.events.EventUnregister(&entry)
	for {
		if err = try(); !wouldBlock(err) {
			return s.outcome(err)
		}
		select {
		case <-ready:
		case <-passed:
			return os.ErrDeadlineExceeded
		case <-s.closed:
			return net.ErrClosed
		}
	}
}

func wouldBlock(err tcpip.Error) bool {
	_, ok := err.(*tcpip.ErrWouldBlock)
	return ok
}

// outcome is err as an error of package net. The error of a call that was under
// way when the socket closed is always that it closed.
func (s *socket) outcome(err tcpip.Error) error {
	if err != nil && s.isClosed() {
		return net.ErrClosed
	}
	return explain(err)
}

// LocalAddr is the socket's own address and port.
func (s *socket) LocalAddr() net.Addr {
	a, err := s.endpoint.GetLocalAddress()
	if err != nil {
		return nil
	}
	return toAddr(s.network, a)
}

// RemoteAddr is the peer's address and port; nil if there is no peer.
func (s *socket) RemoteAddr() net.Addr {
	a, err := s.endpoint.GetRemoteAddress()
	if err != nil {
		return nil
	}
	return toAddr(s.network, a)
}

// SetDeadline bounds reading and writing.
func (s *socket) SetDeadline(t time.Time) error { return s.bound(t, s.read, s.write) }

// SetReadDeadline bounds reading.
func (s *socket) SetReadDeadline(t time.Time) error { return s.bound(t, s.read) }

// SetWriteDeadline bounds writing.
func (s *socket) SetWriteDeadline(t time.Time) error { return s.bound(t, s.write) }

func (s *socket) bound(t time.Time, directions ...*networks.Deadline) error {
	if s.isClosed() {
		return s.fail("set", net.ErrClosed)
	}
	for _, d := range directions {
		d.Set(t)
	}
	return nil
}

// SetReadBuffer sets how many bytes of payload wait for the reader at most.
func (s *socket) SetReadBuffer(bytes int) error {
	s.endpoint.SocketOptions().SetReceiveBufferSize(int64(bytes), true)
	return nil
}

// fail is the error of a step on this socket, in the shape of package net.
func (s *socket) fail(step string, err error) error {
	return &net.OpError{Op: step, Net: s.network, Source: s.LocalAddr(), Addr: s.RemoteAddr(), Err: err}
}
