package labtest

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"echolab/lab/networks"
)

// streamBuffer is how many bytes one direction of a connection holds.
const streamBuffer = 256 << 10

// memoryListener hands out the far ends of connections.
type memoryListener struct {
	host    *memoryHost
	at      *net.TCPAddr
	waiting chan *memoryConn
	once    sync.Once
	done    chan struct{}
}

func (l *memoryListener) Addr() net.Addr { return l.at }

// offer puts a connection before Accept; it fails if there is no room.
func (l *memoryListener) offer(c *memoryConn) bool {
	select {
	case <-l.done:
		return false
	default:
	}
	select {
	case l.waiting <- c:
		return true
	default:
		return false
	}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case <-l.done:
	default:
		select {
		case c := <-l.waiting:
			return c, nil
		case <-l.done:
		}
	}
	return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.at, Err: net.ErrClosed}
}

// Close resets the connections that nobody accepted.
func (l *memoryListener) Close() error {
	err := error(&net.OpError{Op: "close", Net: "tcp", Addr: l.at, Err: net.ErrClosed})
	l.once.Do(func() {
		err = nil
		close(l.done)
		l.host.release(func() { delete(l.host.listeners, uint16(l.at.Port)) })
		for {
			select {
			case c := <-l.waiting:
				shut(c)
			default:
				return
			}
		}
	})
	return err
}

// flow is one direction of a connection: a bounded buffer with a writer and a
// reader who may both go away.
type flow struct {
	mu      sync.Mutex
	bytes   []byte
	ended   bool          // the writer will write no more
	gone    bool          // the reader will read no more
	changed chan struct{} // closed, and replaced, at every change
}

func newFlow() *flow { return &flow{changed: make(chan struct{})} }

// step runs f under the lock. If f is not done, it returns what to wait for.
func (f *flow) step(do func() (done bool)) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !do() {
		return f.changed
	}
	close(f.changed)
	f.changed = make(chan struct{})
	return nil
}

// memoryConn is one end of a connection.
type memoryConn struct {
	host        *memoryHost
	local, peer *net.TCPAddr
	in, out     *flow
	read, write *networks.Deadline
	once        sync.Once
	done        chan struct{}
}

func newMemoryPair(near *memoryHost, from netip.AddrPort, far *memoryHost, to netip.AddrPort) (*memoryConn, *memoryConn) {
	there, back := newFlow(), newFlow()
	a, b := net.TCPAddrFromAddrPort(from), net.TCPAddrFromAddrPort(netip.AddrPortFrom(far.addr, to.Port()))
	return newMemoryConn(near, a, b, back, there), newMemoryConn(far, b, a, there, back)
}

func newMemoryConn(h *memoryHost, local, peer *net.TCPAddr, in, out *flow) *memoryConn {
	return &memoryConn{
		host: h, local: local, peer: peer, in: in, out: out,
		read: networks.NewDeadline(), write: networks.NewDeadline(), done: make(chan struct{}),
	}
}

// until repeats a step of a flow until it is done.
func (c *memoryConn) until(f *flow, d *networks.Deadline, do func() (done bool)) error {
	for {
		passed := d.Done()
		select {
		case <-c.done:
			return net.ErrClosed
		case <-passed:
			return os.ErrDeadlineExceeded
		default:
		}
		changed := f.step(do)
		if changed == nil {
			return nil
		}
		select {
		case <-changed:
		case <-passed:
		case <-c.done:
		}
	}
}

func (c *memoryConn) Read(b []byte) (int, error) {
	var n int
	var end error
	err := c.until(c.in, c.read, func() bool {
		n = copy(b, c.in.bytes)
		c.in.bytes = c.in.bytes[n:]
		if n == 0 && c.in.ended {
			end = io.EOF
		}
		return n > 0 || end != nil || len(b) == 0
	})
	if err != nil {
		return 0, c.fail("read", err)
	}
	return n, end
}

func (c *memoryConn) Write(b []byte) (int, error) {
	sent, broken := 0, false
	err := c.until(c.out, c.write, func() bool {
		if broken = c.out.ended || c.out.gone; broken {
			return true
		}
		n := min(len(b)-sent, streamBuffer-len(c.out.bytes))
		c.out.bytes = append(c.out.bytes, b[sent:sent+n]...)
		sent += n
		if n > 0 && sent < len(b) {
			close(c.out.changed) // the reader has work already
			c.out.changed = make(chan struct{})
		}
		return sent == len(b)
	})
	if err == nil && broken {
		err = syscall.EPIPE
	}
	if err != nil {
		return sent, c.fail("write", err)
	}
	return sent, nil
}

// CloseWrite says goodbye and goes on listening.
func (c *memoryConn) CloseWrite() error {
	c.out.step(func() bool { c.out.ended = true; return true })
	return nil
}

func (c *memoryConn) Close() error {
	err := c.fail("close", net.ErrClosed)
	c.once.Do(func() {
		err = nil
		close(c.done)
		c.out.step(func() bool { c.out.ended = true; return true })
		c.in.step(func() bool { c.in.gone = true; return true })
		c.read.Set(time.Time{})
		c.write.Set(time.Time{})
		c.host.release(func() { delete(c.host.conns, c) })
	})
	return err
}

func (c *memoryConn) LocalAddr() net.Addr  { return c.local }
func (c *memoryConn) RemoteAddr() net.Addr { return c.peer }

func (c *memoryConn) SetDeadline(t time.Time) error {
	c.read.Set(t)
	c.write.Set(t)
	return nil
}

func (c *memoryConn) SetReadDeadline(t time.Time) error  { c.read.Set(t); return nil }
func (c *memoryConn) SetWriteDeadline(t time.Time) error { c.write.Set(t); return nil }

func (c *memoryConn) fail(step string, err error) error {
	return &net.OpError{Op: step, Net: "tcp", Source: c.local, Addr: c.peer, Err: err}
}
