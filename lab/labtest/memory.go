package labtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"

	"echolab/lab/link"
	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Memory is a network without packets. It waits on nothing but channels and
// timers, so that time stands still for it in a testing/synctest bubble until
// everybody waits. Streams are perfect and immediate. Datagrams meet the
// conditions of s.Wire, as a wire would apply them; a damaged one is discarded.
// There is no wire to tap.
func Memory(s testbed.NetworkConfig) testbed.Network {
	n := &memory{}
	n.client = newMemoryHost("10.0.0.1", 32768)
	n.server = newMemoryHost("10.0.0.2", 49152)
	n.client.out = newPath(link.New(s.Wire.Client, s.Wire.Seed, "client"), n.client, n.server)
	n.server.out = newPath(link.New(s.Wire.Server, s.Wire.Seed, "server"), n.server, n.client)
	n.client.peer, n.server.peer = n.server, n.client
	return n
}

type memory struct{ client, server *memoryHost }

func (n *memory) Name() string         { return "memory" }
func (n *memory) Client() testbed.Host { return n.client }
func (n *memory) Server() testbed.Host { return n.server }

func (n *memory) Close() error {
	for _, h := range []*memoryHost{n.client, n.server} {
		h.out.close()
		h.close()
	}
	return nil
}

// memoryHost knows what is open on it, by port.
type memoryHost struct {
	addr  netip.Addr
	first uint16 // port that it chooses
	peer  *memoryHost
	out   *path

	mu         sync.Mutex
	closed     bool
	tried      uint16 // how many ports the host has chosen
	listeners  map[uint16]*memoryListener
	datagrams  map[uint16]*memoryPacketConn
	conns      map[*memoryConn]struct{}
	overflowed int64
	damaged    int64
}

var _ testbed.Host = (*memoryHost)(nil)

// chosen is how many ports a host chooses from, if it is asked to. The two
// hosts choose different ones: an echo server on UDP may refuse a client that
// has its own port number, for fear of another echo server.
const chosen = 16384

func newMemoryHost(addr string, firstPort uint16) *memoryHost {
	return &memoryHost{
		addr: netip.MustParseAddr(addr), first: firstPort,
		listeners: make(map[uint16]*memoryListener),
		datagrams: make(map[uint16]*memoryPacketConn),
		conns:     make(map[*memoryConn]struct{}),
	}
}

func (h *memoryHost) Addr() netip.Addr { return h.addr }

func (h *memoryHost) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	l := &memoryListener{host: h, waiting: make(chan *memoryConn, 64), done: make(chan struct{})}
	err := h.bind(ctx, "tcp", network, address, func(at netip.AddrPort) {
		l.at = net.TCPAddrFromAddrPort(at)
		h.listeners[at.Port()] = l
	})
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	return l, nil
}

func (h *memoryHost) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	c := newMemoryPacketConn(h, netip.AddrPort{})
	err := h.bind(ctx, "udp", network, address, func(at netip.AddrPort) {
		c.at = at
		h.datagrams[at.Port()] = c
	})
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	return c, nil
}

func (h *memoryHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var c net.Conn
	var err error
	if network == "udp" || network == "udp4" {
		c, err = h.dialUDP(ctx, network, address)
	} else {
		c, err = h.dialTCP(ctx, network, address)
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: fmt.Errorf("%s: %w", address, err)}
	}
	return c, nil
}

func (h *memoryHost) dialUDP(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := networks.NumericAddress("udp", network, address)
	if err != nil {
		return nil, err
	}
	c := newMemoryPacketConn(h, to)
	return c, h.bind(ctx, "udp", "udp", ":0", func(at netip.AddrPort) {
		c.at = at
		h.datagrams[at.Port()] = c
	})
}

func (h *memoryHost) dialTCP(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := networks.NumericAddress("tcp", network, address)
	if err != nil {
		return nil, err
	}
	var from netip.AddrPort
	if err := h.bind(ctx, "tcp", "tcp", ":0", func(at netip.AddrPort) { from = at }); err != nil {
		return nil, err
	}
	l := h.at(to.Addr()).listener(to.Port())
	if l == nil {
		return nil, syscall.ECONNREFUSED
	}
	near, far := newMemoryPair(h, from, l.host, to)
	if !h.keep(near) || !l.host.keep(far) || !l.offer(far) {
		shut(near)
		shut(far)
		return nil, syscall.ECONNREFUSED
	}
	return near, nil
}

// at is the host that owns an address; this one if it is nobody's.
func (h *memoryHost) at(addr netip.Addr) *memoryHost {
	if addr == h.peer.addr {
		return h.peer
	}
	return h
}

// bind reads an address, chooses a port if it names none, and lets take have
// it while nobody else can.
func (h *memoryHost) bind(ctx context.Context, protocol, network, address string, take func(netip.AddrPort)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	at, err := networks.NumericAddress(protocol, network, address)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	port := at.Port()
	switch {
	case h.closed:
		return net.ErrClosed
	case port == 0:
		port = h.freePort()
	case h.taken(protocol, port):
		return syscall.EADDRINUSE
	}
	take(netip.AddrPortFrom(h.addr, port))
	return nil
}

func (h *memoryHost) taken(protocol string, port uint16) bool {
	if protocol == "tcp" {
		return h.listeners[port] != nil
	}
	return h.datagrams[port] != nil
}

// freePort goes round the ports. A test that opens all of them is broken, and
// spins.
func (h *memoryHost) freePort() uint16 {
	for {
		port := h.first + h.tried%chosen
		h.tried++
		if !h.taken("tcp", port) && !h.taken("udp", port) {
			return port
		}
	}
}

func (h *memoryHost) listener(port uint16) *memoryListener {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.listeners[port]
}

func (h *memoryHost) keep(c *memoryConn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.conns[c] = struct{}{}
	}
	return !h.closed
}

// release forgets what was open at a port or as a connection.
func (h *memoryHost) release(forget func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	forget()
}

// close closes all that is open on the host, and lets nothing be opened.
func (h *memoryHost) close() {
	var open []io.Closer
	h.release(func() {
		h.closed = true
		for _, l := range h.listeners {
			open = append(open, l)
		}
		for _, c := range h.datagrams {
			open = append(open, c)
		}
		for c := range h.conns {
			open = append(open, c)
		}
	})
	for _, c := range open {
		shut(c)
	}
}

// Overflowed is how many datagrams found the receive buffer full.
func (h *memoryHost) Overflowed() (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.overflowed, nil
}

// ChecksumErrors is how many datagrams were discarded because the link had
// damaged them.
func (h *memoryHost) ChecksumErrors() (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.damaged, nil
}

// DeviceDrops is none: nothing is between a host and its link.
func (h *memoryHost) DeviceDrops() (int64, error) { return 0, nil }
