package labtest

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"echolab/lab/link"
	"echolab/lab/networks"
)

// datagramHeader is what a datagram has before its payload: 20 bytes for
// IPv4's header, so that rates count them, and 8 for UDP's, with the ports in
// their places.
const datagramHeader = 28

// datagramQueue is how many datagrams wait for their reader.
const datagramQueue = 256

// path drives one link between two hosts.
type path struct {
	from, to *memoryHost
	start    time.Time

	mu     sync.Mutex
	closed bool
	link   *link.Link
	timer  *time.Timer // runs when the next datagram is due
	ticks  sync.WaitGroup
}

func newPath(l *link.Link, from, to *memoryHost) *path {
	return &path{from: from, to: to, start: time.Now(), link: l}
}

// send offers the link a datagram, and hands over all that is due.
func (p *path) send(datagram []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.link.Offer(time.Since(p.start), datagram)
	p.deliver()
}

// deliver hands over what is due and comes again for the rest.
func (p *path) deliver() {
	now := time.Since(p.start)
	for parcel, ok := p.link.Take(now); ok; parcel, ok = p.link.Take(now) {
		if parcel.Fate == link.Corrupted {
			p.to.release(func() { p.to.damaged++ })
			continue
		}
		p.to.receive(p.from, parcel.Bytes)
	}
	p.stop()
	if next, ok := p.link.Next(); ok {
		p.ticks.Add(1)
		p.timer = time.AfterFunc(next-now, p.tick)
	}
}

func (p *path) tick() {
	defer p.ticks.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.deliver()
	}
}

// stop takes the timer back, if it has not run yet.
func (p *path) stop() {
	if p.timer != nil && p.timer.Stop() {
		p.ticks.Done()
	}
	p.timer = nil
}

// close forgets what is under way and waits for what is being handed over.
func (p *path) close() {
	p.mu.Lock()
	p.closed = true
	p.stop()
	p.mu.Unlock()
	p.ticks.Wait()
}

// receive puts a datagram before its socket, or tells a sender that is
// connected that there is none.
func (h *memoryHost) receive(from *memoryHost, datagram []byte) {
	source, port := binary.BigEndian.Uint16(datagram[20:]), binary.BigEndian.Uint16(datagram[22:])
	h.mu.Lock()
	c := h.datagrams[port]
	h.mu.Unlock()
	sender := netip.AddrPortFrom(from.addr, source)
	if c == nil {
		from.unreachable(source, netip.AddrPortFrom(h.addr, port))
		return
	}
	if c.peer.IsValid() && c.peer != sender {
		return
	}
	payload := append([]byte(nil), datagram[datagramHeader:]...)
	select {
	case c.waiting <- arrived{payload, sender}:
	default:
		h.release(func() { h.overflowed++ })
	}
}

// unreachable is the word that nobody listens at to.
func (h *memoryHost) unreachable(source uint16, to netip.AddrPort) {
	h.mu.Lock()
	c := h.datagrams[source]
	h.mu.Unlock()
	if c == nil || c.peer != to {
		return
	}
	select {
	case c.refused <- struct{}{}:
	default:
	}
}

// arrived is a datagram that waits for its reader.
type arrived struct {
	payload []byte
	from    netip.AddrPort
}

// memoryPacketConn is a datagram socket, connected if peer is valid.
type memoryPacketConn struct {
	host        *memoryHost
	at, peer    netip.AddrPort
	waiting     chan arrived
	refused     chan struct{} // holds a token when a datagram found nobody
	read, write *networks.Deadline
	once        sync.Once
	done        chan struct{}
}

func newMemoryPacketConn(h *memoryHost, peer netip.AddrPort) *memoryPacketConn {
	return &memoryPacketConn{
		host: h, peer: peer, waiting: make(chan arrived, datagramQueue), refused: make(chan struct{}, 1),
		read: networks.NewDeadline(), write: networks.NewDeadline(), done: make(chan struct{}),
	}
}

func (c *memoryPacketConn) ReadFrom(b []byte) (int, net.Addr, error) {
	passed := c.read.Done()
	select {
	case <-c.done:
		return 0, nil, c.fail("read", net.ErrClosed)
	case <-passed:
		return 0, nil, c.fail("read", os.ErrDeadlineExceeded)
	default:
	}
	select {
	case d := <-c.waiting:
		return copy(b, d.payload), net.UDPAddrFromAddrPort(d.from), nil
	case <-c.refused:
		return 0, nil, c.fail("read", syscall.ECONNREFUSED)
	case <-passed:
		return 0, nil, c.fail("read", os.ErrDeadlineExceeded)
	case <-c.done:
		return 0, nil, c.fail("read", net.ErrClosed)
	}
}

func (c *memoryPacketConn) Read(b []byte) (int, error) {
	n, _, err := c.ReadFrom(b)
	return n, err
}

func (c *memoryPacketConn) Write(b []byte) (int, error) { return c.send(b, c.peer) }

func (c *memoryPacketConn) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok || udp == nil {
		return 0, c.fail("write", syscall.EINVAL)
	}
	return c.send(b, netip.AddrPortFrom(udp.AddrPort().Addr().Unmap(), uint16(udp.Port)))
}

func (c *memoryPacketConn) send(b []byte, to netip.AddrPort) (int, error) {
	select {
	case <-c.done:
		return 0, c.fail("write", net.ErrClosed)
	case <-c.write.Done():
		return 0, c.fail("write", os.ErrDeadlineExceeded)
	default:
	}
	if len(b) > largestDatagram {
		return 0, c.fail("write", syscall.EMSGSIZE)
	}
	if !to.IsValid() {
		return 0, c.fail("write", syscall.EDESTADDRREQ)
	}
	datagram := make([]byte, datagramHeader, datagramHeader+len(b))
	binary.BigEndian.PutUint16(datagram[20:], c.at.Port())
	binary.BigEndian.PutUint16(datagram[22:], to.Port())
	datagram = append(datagram, b...)
	if to.Addr() == c.host.addr || to.Addr().IsUnspecified() {
		c.host.receive(c.host, datagram)
	} else {
		c.host.out.send(datagram)
	}
	return len(b), nil
}

func (c *memoryPacketConn) Close() error {
	err := c.fail("close", net.ErrClosed)
	c.once.Do(func() {
		err = nil
		close(c.done)
		c.read.Set(time.Time{})
		c.write.Set(time.Time{})
		c.host.release(func() { delete(c.host.datagrams, c.at.Port()) })
	})
	return err
}

func (c *memoryPacketConn) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(c.at) }

func (c *memoryPacketConn) RemoteAddr() net.Addr {
	if !c.peer.IsValid() {
		return nil
	}
	return net.UDPAddrFromAddrPort(c.peer)
}

func (c *memoryPacketConn) SetDeadline(t time.Time) error {
	c.read.Set(t)
	c.write.Set(t)
	return nil
}

func (c *memoryPacketConn) SetReadDeadline(t time.Time) error  { c.read.Set(t); return nil }
func (c *memoryPacketConn) SetWriteDeadline(t time.Time) error { c.write.Set(t); return nil }

func (c *memoryPacketConn) fail(step string, err error) error {
	return &net.OpError{Op: step, Net: "udp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}
