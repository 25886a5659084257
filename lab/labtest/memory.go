package labtest

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"echolab/lab/link"
	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Memory is a network for tests in a testing/synctest bubble, where time moves
// only while all goroutines wait. The network virtual cannot run in a bubble: its
// stacks keep goroutines and timers outside. Memory carries no packets: streams
// are perfect and immediate, and datagrams meet the conditions as a wire would
// apply them. There is no wire to tap.
func Memory(c testbed.NetworkConfig) testbed.Network {
	client := &memoryHost{HostPlan: networks.ClientPlan, open: map[any]*memorySocket{}}
	server := &memoryHost{HostPlan: networks.ServerPlan, open: map[any]*memorySocket{}}
	client.out = &path{start: time.Now(), from: client, to: server, link: link.New(c.Wire.Client, c.Wire.Seed, "client")}
	server.out = &path{start: time.Now(), from: server, to: client, link: link.New(c.Wire.Server, c.Wire.Seed, "server")}
	return networks.Join("memory", client, server, func() error {
		client.close()
		server.close()
		return nil
	})
}

// memoryHost knows its open sockets: connections by themselves, others by port.
type memoryHost struct {
	networks.HostPlan
	out *path

	mu                  sync.Mutex
	open                map[any]*memorySocket // nil once the network is closed
	chosen              uint16                // how many ports the host has chosen
	overflowed, damaged int64
}

// portKey is a port of a protocol, "tcp" or "udp".
type portKey struct {
	protocol string
	port     uint16
}

func (h *memoryHost) Addr() netip.Addr { return h.HostPlan.Addr.Addr() }

func (h *memoryHost) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	s, err := h.bind(ctx, "tcp", network, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	return s, nil
}

func (h *memoryHost) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	s, err := h.bind(ctx, "udp", network, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	return s, nil
}

func (h *memoryHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	s, err := h.dial(ctx, networks.Protocol(network), network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: fmt.Errorf("%s: %w", address, err)}
	}
	return s, nil
}

func (h *memoryHost) dial(ctx context.Context, protocol, network, address string) (*memorySocket, error) {
	to, err := networks.NumericAddress(protocol, network, address)
	if err != nil {
		return nil, err
	}
	near, err := h.bind(ctx, protocol, protocol, ":0")
	if err != nil {
		return nil, err
	}
	near.remote = to
	if protocol == "udp" {
		return near, nil
	}
	host := h
	if to.Addr() == h.out.to.Addr() {
		host = h.out.to
	}
	if l := host.socketAt("tcp", to.Port()); l != nil && l.offer(near) {
		return near, nil
	}
	mustClose(near)
	return nil, syscall.ECONNREFUSED
}

// bind opens a socket; it chooses a port if the address has none.
func (h *memoryHost) bind(ctx context.Context, protocol, network, address string) (*memorySocket, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	at, err := networks.NumericAddress(protocol, network, address)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := portKey{protocol, at.Port()}
	for key.port == 0 || at.Port() == 0 && h.open[key] != nil {
		key.port = h.FirstPort + h.chosen%(h.LastPort-h.FirstPort)
		h.chosen++
	}
	switch {
	case h.open == nil:
		return nil, net.ErrClosed
	case h.open[key] != nil:
		return nil, syscall.EADDRINUSE
	}
	h.open[key] = newMemorySocket(h, protocol, key, netip.AddrPortFrom(h.Addr(), key.port))
	return h.open[key], nil
}

func (h *memoryHost) socketAt(protocol string, port uint16) *memorySocket {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open[portKey{protocol, port}]
}

// close closes every socket of the host and its link, for good.
func (h *memoryHost) close() {
	h.out.close()
	h.mu.Lock()
	open := h.open
	h.open = nil
	h.mu.Unlock()
	for _, s := range open {
		mustClose(s)
	}
}

// count adds to a counter of the host.
func (h *memoryHost) count(counter *int64, n int64) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	*counter += n
	return *counter
}

// Overflowed is how many datagrams found the receive buffer full.
func (h *memoryHost) Overflowed() (int64, error) { return h.count(&h.overflowed, 0), nil }

// ChecksumErrors is how many datagrams the link damaged, which are discarded.
func (h *memoryHost) ChecksumErrors() (int64, error) { return h.count(&h.damaged, 0), nil }

// DeviceDrops is none: nothing is between a host and its link.
func (h *memoryHost) DeviceDrops() (int64, error) { return 0, nil }

// path drives the link from one host to the other.
type path struct {
	start    time.Time
	from, to *memoryHost

	mu     sync.Mutex
	closed bool
	link   *link.Link
	timer  *time.Timer // runs when the next datagram is due
}

// datagramHeader is the length of the headers before a payload: 20 bytes for
// IPv4, so that rates count them, and 8 for UDP, with the ports in their places.
const datagramHeader = 28

// send offers the link a datagram, or passes it round the link to the own host.
func (p *path) send(payload []byte, source uint16, to netip.AddrPort) {
	datagram := make([]byte, datagramHeader, datagramHeader+len(payload))
	binary.BigEndian.PutUint16(datagram[20:], source)
	binary.BigEndian.PutUint16(datagram[22:], to.Port())
	datagram = append(datagram, payload...)
	if to.Addr() == p.from.Addr() || to.Addr().IsUnspecified() {
		p.from.receive(p.from, datagram)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.link.Offer(time.Since(p.start), datagram)
		p.deliver()
	}
}

// deliver hands over what is due and sets the timer for the rest.
func (p *path) deliver() {
	now := time.Since(p.start)
	for parcel, ok := p.link.Take(now); ok; parcel, ok = p.link.Take(now) {
		if parcel.Fate == link.Corrupted {
			p.to.count(&p.to.damaged, 1)
			continue
		}
		p.to.receive(p.from, parcel.Bytes)
	}
	if p.timer != nil {
		p.timer.Stop()
	}
	if next, ok := p.link.Next(); ok {
		p.timer = time.AfterFunc(next-now, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if !p.closed {
				p.deliver()
			}
		})
	}
}

// close drops what is under way. A timer that has just run finds the path closed.
func (p *path) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.timer != nil {
		p.timer.Stop()
	}
}

// receive queues a datagram for its socket, or tells a connected sender that the
// port is closed.
func (h *memoryHost) receive(from *memoryHost, datagram []byte) {
	source := binary.BigEndian.Uint16(datagram[20:])
	port := binary.BigEndian.Uint16(datagram[22:])
	sender := netip.AddrPortFrom(from.Addr(), source)
	to := h.socketAt("udp", port)
	if to == nil {
		asker := from.socketAt("udp", source)
		if asker != nil && asker.remote == netip.AddrPortFrom(h.Addr(), port) {
			asker.queue(arrival{err: syscall.ECONNREFUSED})
		}
		return
	}
	arrived := arrival{bytes: append([]byte(nil), datagram[datagramHeader:]...), from: sender}
	if (!to.remote.IsValid() || to.remote == sender) && !to.queue(arrived) {
		h.count(&h.overflowed, 1)
	}
}
