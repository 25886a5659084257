package virtual

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/waiter"
)

// PacketConn is a UDP socket, connected to one peer or to none.
type PacketConn struct{ *socket }

var (
	_ net.Conn       = (*PacketConn)(nil)
	_ net.PacketConn = (*PacketConn)(nil)
)

func newPacketConn(h *Host) (*PacketConn, error) {
	s, err := newSocket(h, "udp")
	if err != nil {
		return nil, err
	}
	s.endpoint.SocketOptions().SetBroadcast(true) // as package net does
	// gVisor forbids fragments from the start and then cuts all the same, with
	// the identification 0 in all of them: the fragments of two datagrams could
	// not be told apart (RFC 6864 section 4.2). Datagrams that may be cut are
	// numbered.
	c := &PacketConn{s}
	return c.unless(s.endpoint.SetSockOptInt(tcpip.MTUDiscoverOption, int(tcpip.PMTUDiscoveryDont)))
}

func dialUDP(h *Host, peer tcpip.FullAddress) (*PacketConn, error) {
	c, err := newPacketConn(h)
	if err != nil {
		return nil, err
	}
	return c.unless(c.endpoint.Connect(peer))
}

func listenUDP(h *Host, at tcpip.FullAddress) (*PacketConn, error) {
	c, err := newPacketConn(h)
	if err != nil {
		return nil, err
	}
	return c.unless(c.endpoint.Bind(at))
}

// listenGroup listens where others may listen too, and joins the group if at
// is one.
func listenGroup(h *Host, at tcpip.FullAddress, ip netip.Addr) (*PacketConn, error) {
	c, err := newPacketConn(h)
	if err != nil {
		return nil, err
	}
	c.endpoint.SocketOptions().SetReuseAddress(true)
	failed := c.endpoint.Bind(at)
	if failed == nil && ip.IsMulticast() {
		failed = c.endpoint.SetSockOpt(&tcpip.AddMembershipOption{NIC: nic, MulticastAddr: at.Addr})
	}
	return c.unless(failed)
}

// unless is the socket, or the error of a step that opens it, which closes it.
func (c *PacketConn) unless(failed tcpip.Error) (*PacketConn, error) {
	if failed != nil {
		c.shut()
		return nil, explain(failed)
	}
	return c, nil
}

// Read takes one datagram. What does not fit into b is lost.
func (c *PacketConn) Read(b []byte) (int, error) {
	n, _, err := c.ReadFrom(b)
	return n, err
}

// ReadFrom takes one datagram and tells who sent it. What does not fit into b
// is lost.
func (c *PacketConn) ReadFrom(b []byte) (int, net.Addr, error) {
	var r tcpip.ReadResult
	err := c.await(waiter.ReadableEvents, c.read, func() (err tcpip.Error) {
		w := tcpip.SliceWriter(b)
		r, err = c.endpoint.Read(&w, tcpip.ReadOptions{NeedRemoteAddr: true})
		return err
	})
	if err != nil {
		return 0, nil, c.readError(err)
	}
	return r.Count, toAddr("udp", r.RemoteAddr), nil
}

// Write sends b to the peer, as one datagram.
func (c *PacketConn) Write(b []byte) (int, error) {
	return c.send("write", b, tcpip.WriteOptions{})
}

// WriteTo sends b to addr, a *net.UDPAddr, as one datagram.
func (c *PacketConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	if c.RemoteAddr() != nil {
		return 0, c.fail("write", net.ErrWriteToConnected)
	}
	to, err := fromUDP(addr)
	if err != nil {
		return 0, c.fail("write", fmt.Errorf("address %v: %w", addr, err))
	}
	return c.send("write to "+addr.String(), b, tcpip.WriteOptions{To: &to})
}

// send waits until the device has room and then sends one datagram.
func (c *PacketConn) send(step string, b []byte, o tcpip.WriteOptions) (int, error) {
	if err := c.host.device.wait(c.write.Done(), c.closed); err != nil {
		return 0, c.fail(step, err)
	}
	var sent int64
	err := c.await(waiter.WritableEvents, c.write, func() (err tcpip.Error) {
		sent, err = c.endpoint.Write(bytes.NewReader(b), o)
		return err
	})
	if err != nil {
		return int(sent), c.fail(step, err)
	}
	return int(sent), nil
}

// readError is the error of reading; the end of a stream is io.EOF itself, as
// readers expect it.
func (s *socket) readError(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return s.fail("read", err)
}
