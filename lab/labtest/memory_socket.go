package labtest

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"echolab/lab/networks"
)

// memorySocket is any socket of the network Memory: a listener, one end of a
// connection, or a datagram socket.
type memorySocket struct {
	host          *memoryHost
	protocol      string // "tcp" or "udp"
	key           any    // under which the host knows it
	local, remote netip.AddrPort
	arrivals      chan arrival
	peer          *memorySocket // the other end of a connection
	rest          []byte        // of a stream: received, but not read yet
	end           error         // io.EOF once the stream has ended

	read, write *networks.Deadline
	closing     sync.Once
	ending      sync.Once
	closed      chan struct{}
}

// arrival is what a socket waits for: bytes, a connection, or an error.
type arrival struct {
	bytes []byte
	from  netip.AddrPort
	conn  *memorySocket
	err   error
}

// Bounds of what a socket holds.
const (
	mostArrivals = 256
	chunk        = 1 << 10 // bytes of a stream in one arrival
)

func newMemorySocket(h *memoryHost, protocol string, key any, local netip.AddrPort) *memorySocket {
	return &memorySocket{
		host: h, protocol: protocol, key: key, local: local, arrivals: make(chan arrival, mostArrivals),
		read: networks.NewDeadline(), write: networks.NewDeadline(), closed: make(chan struct{}),
	}
}

// queue adds an arrival; it fails if there is no room.
func (s *memorySocket) queue(a arrival) bool {
	select {
	case s.arrivals <- a:
		return true
	default:
		return false
	}
}

// next waits for an arrival.
func (s *memorySocket) next(step string) (arrival, error) {
	passed := s.read.Done()
	if err := s.over(passed); err != nil {
		return arrival{}, s.fail(step, err)
	}
	select {
	case a := <-s.arrivals:
		switch {
		case s.over(nil) != nil: // an end that came because this socket closed
		case a.err == nil || errors.Is(a.err, io.EOF):
			return a, a.err
		default:
			return a, s.fail(step, a.err)
		}
	case <-passed:
	case <-s.closed:
	}
	return arrival{}, s.fail(step, s.over(passed))
}

// over is why no call may go on: the socket is closed, or the deadline passed.
func (s *memorySocket) over(passed <-chan struct{}) error {
	select {
	case <-s.closed:
		return net.ErrClosed
	case <-passed:
		return os.ErrDeadlineExceeded
	default:
		return nil
	}
}

// offer gives a listener the connection of a dialer; it fails if there is no room.
func (s *memorySocket) offer(near *memorySocket) bool {
	far := newMemorySocket(s.host, "tcp", nil, s.local)
	far.key, far.remote, far.peer = far, near.local, near
	near.remote, near.peer = s.local, far
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	if s.host.open == nil || s.over(nil) != nil || !s.queue(arrival{conn: far}) {
		return false
	}
	s.host.open[far] = far
	return true
}

func (s *memorySocket) Accept() (net.Conn, error) {
	a, err := s.next("accept")
	return a.conn, err
}

func (s *memorySocket) Read(b []byte) (int, error) {
	if s.protocol == "udp" {
		n, _, err := s.ReadFrom(b)
		return n, err
	}
	for len(s.rest) == 0 && len(b) > 0 {
		if s.end != nil && s.over(nil) == nil {
			return 0, s.end
		}
		a, err := s.next("read")
		if errors.Is(err, io.EOF) {
			s.end = err
		}
		if err != nil {
			return 0, err
		}
		s.rest = a.bytes
	}
	for len(s.rest) < len(b) && s.end == nil && len(s.arrivals) > 0 {
		a := <-s.arrivals
		s.rest, s.end = append(s.rest, a.bytes...), a.err
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *memorySocket) ReadFrom(b []byte) (int, net.Addr, error) {
	a, err := s.next("read")
	if err != nil {
		return 0, nil, err
	}
	return copy(b, a.bytes), net.UDPAddrFromAddrPort(a.from), nil
}

func (s *memorySocket) Write(b []byte) (int, error) {
	if s.protocol == "udp" {
		return s.send(b, s.remote)
	}
	sent := 0
	for sent < len(b) {
		n := min(chunk, len(b)-sent)
		if err := s.put(append([]byte(nil), b[sent:sent+n]...)); err != nil {
			return sent, s.fail("write", err)
		}
		sent += n
	}
	return sent, nil
}

// put waits until the peer has room for a part of the stream.
func (s *memorySocket) put(part []byte) error {
	passed := s.write.Done()
	if err := s.over(passed); err != nil {
		return err
	}
	if s.peer.over(nil) != nil {
		return syscall.EPIPE
	}
	select {
	case s.peer.arrivals <- arrival{bytes: part}:
		return nil
	case <-s.peer.closed:
		return syscall.EPIPE
	case <-passed:
	case <-s.closed:
	}
	return s.over(passed)
}

func (s *memorySocket) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok || udp == nil {
		return 0, s.fail("write", syscall.EINVAL)
	}
	return s.send(b, netip.AddrPortFrom(udp.AddrPort().Addr().Unmap(), uint16(udp.Port)))
}

func (s *memorySocket) send(b []byte, to netip.AddrPort) (int, error) {
	err := s.over(s.write.Done())
	switch {
	case err != nil:
	case len(b) > largestDatagram:
		err = syscall.EMSGSIZE
	case !to.IsValid():
		err = syscall.EDESTADDRREQ
	}
	if err != nil {
		return 0, s.fail("write", err)
	}
	s.host.out.send(b, s.local.Port(), to)
	return len(b), nil
}

// CloseWrite ends what the peer reads. The end waits for its turn.
func (s *memorySocket) CloseWrite() error {
	s.ending.Do(func() {
		go func() {
			select {
			case s.peer.arrivals <- arrival{err: io.EOF}:
			case <-s.peer.closed:
			}
		}()
	})
	return nil
}

func (s *memorySocket) Close() error {
	err := s.fail("close", net.ErrClosed)
	s.closing.Do(func() {
		err = nil
		close(s.closed)
		if s.peer != nil {
			_ = s.CloseWrite()
		}
		s.read.Set(time.Time{})
		s.write.Set(time.Time{})
		s.host.mu.Lock()
		delete(s.host.open, s.key)
		s.host.mu.Unlock()
		for {
			select {
			case a := <-s.arrivals:
				if a.conn != nil {
					mustClose(a.conn) // not accepted
				}
			default:
				return
			}
		}
	})
	return err
}

func (s *memorySocket) Addr() net.Addr       { return s.LocalAddr() }
func (s *memorySocket) LocalAddr() net.Addr  { return s.addr(s.local) }
func (s *memorySocket) RemoteAddr() net.Addr { return s.addr(s.remote) }

func (s *memorySocket) addr(a netip.AddrPort) net.Addr {
	switch {
	case !a.IsValid():
		return nil
	case s.protocol == "tcp":
		return net.TCPAddrFromAddrPort(a)
	}
	return net.UDPAddrFromAddrPort(a)
}

func (s *memorySocket) SetDeadline(t time.Time) error {
	s.read.Set(t)
	s.write.Set(t)
	return nil
}

func (s *memorySocket) SetReadDeadline(t time.Time) error  { s.read.Set(t); return nil }
func (s *memorySocket) SetWriteDeadline(t time.Time) error { s.write.Set(t); return nil }

func (s *memorySocket) fail(step string, err error) error {
	return &net.OpError{Op: step, Net: s.protocol, Source: s.LocalAddr(), Addr: s.RemoteAddr(), Err: err}
}
