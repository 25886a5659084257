package virtual

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Host is one virtual machine: a stack, its device and its sockets.
type Host struct {
	addr      netip.Prefix
	stack     *stack.Stack
	device    *device
	unmatched atomic.Int64 // segments with a wrong checksum and no socket

	mu      sync.Mutex
	sockets map[*socket]struct{} // nil once the network is closed
}

var _ testbed.Host = (*Host)(nil)

// newHost makes a host that watcher looks at, if that is not nil.
func newHost(plan networks.HostPlan, c testbed.NetworkConfig, watcher *watcher) (*Host, error) {
	h := &Host{addr: plan.Addr, device: newDevice(c.MTU), sockets: make(map[*socket]struct{})}
	var err error
	if h.stack, err = newStack(plan, h.device, c, watcher); err != nil {
		return nil, err
	}
	h.stack.SetTransportProtocolHandler(tcp.ProtocolNumber, h.countUnmatched)
	return h, nil
}

// countUnmatched sees the segments for which there is no socket before the stack
// answers them with a reset. The stack checks their checksum too, but does not
// count the wrong ones.
func (h *Host) countUnmatched(_ stack.TransportEndpointID, p *stack.PacketBuffer) (handled bool) {
	ip := p.Network()
	_, sumRight, headerRight := header.TCPValid(p.TransportHeader().Slice(), p.Data().Checksum,
		uint16(p.Data().Size()), ip.SourceAddress(), ip.DestinationAddress(), false)
	if !sumRight || !headerRight {
		h.unmatched.Add(1)
	}
	return false
}

// Addr is the host's only address.
func (h *Host) Addr() netip.Addr { return h.addr.Addr() }

// Listen waits for TCP connections at address, on "tcp" or "tcp4".
func (h *Host) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	return socketAt(ctx, "listen", "tcp", network, address,
		func(at tcpip.FullAddress) (net.Listener, error) { return listenTCP(h, at) })
}

// ListenPacket takes datagrams at address, on "udp" or "udp4".
func (h *Host) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	return socketAt(ctx, "listen", "udp", network, address,
		func(at tcpip.FullAddress) (net.PacketConn, error) { return listenUDP(h, at) })
}

// ListenGroup takes datagrams at an address that others on this host may
// listen at too. If it is a multicast group, it joins it.
func (h *Host) ListenGroup(ctx context.Context, address netip.AddrPort) (net.PacketConn, error) {
	return socketAt(ctx, "listen", "udp", "udp4", address.String(),
		func(at tcpip.FullAddress) (net.PacketConn, error) { return listenGroup(h, at, address.Addr()) })
}

// DialContext opens a conversation with address, on "tcp", "tcp4", "udp" or
// "udp4". ctx bounds the handshake, not the conversation.
func (h *Host) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	protocol := networks.Protocol(network)
	return socketAt(ctx, "dial", protocol, network, address, func(peer tcpip.FullAddress) (net.Conn, error) {
		if peer.Addr.Len() == 0 {
			peer.Addr = tcpip.AddrFrom4(h.Addr().As4()) // the unspecified address is this host
		}
		if protocol == "tcp" {
			return dialTCP(ctx, h, peer)
		}
		return dialUDP(h, peer)
	})
}

// socketAt reads the address that was asked for and makes a socket, unless ctx has
// ended. Its errors have the shape of package net, and no socket beside them:
// that may be a nil pointer.
func socketAt[S any](
	ctx context.Context, step, protocol, network, address string, open func(at tcpip.FullAddress) (S, error),
) (socket S, err error) {
	var at netip.AddrPort
	if err = ctx.Err(); err == nil {
		at, err = networks.NumericAddress(protocol, network, address)
	}
	if err == nil {
		socket, err = open(full(at))
	}
	if err != nil {
		var none S
		return none, &net.OpError{Op: step, Net: network, Addr: wanted{network, address}, Err: err}
	}
	return socket, nil
}

// wanted is an address as the caller wrote it.
type wanted struct{ network, address string }

func (w wanted) Network() string { return w.network }
func (w wanted) String() string  { return w.address }

// track adds an open socket; it fails once the network is closed.
func (h *Host) track(s *socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sockets == nil {
		return false
	}
	h.sockets[s] = struct{}{}
	return true
}

func (h *Host) untrack(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sockets, s)
}

// closeSockets closes every socket and lets none be opened again.
func (h *Host) closeSockets() {
	h.mu.Lock()
	open := h.sockets
	h.sockets = nil
	h.mu.Unlock()
	for s := range open {
		s.shut()
	}
}

// close ends the stack and waits for its goroutines.
func (h *Host) close() {
	h.closeSockets()
	h.device.shut()
	h.stack.Destroy()
}

// Overflowed is how many datagrams this host threw away because the receive
// buffer of their socket was full.
func (h *Host) Overflowed() (int64, error) {
	return int64(h.stack.Stats().UDP.ReceiveBufferErrors.Value()), nil
}

// ChecksumErrors is how many packets this host threw away because a checksum,
// or a header field that a checksum covers, was wrong.
func (h *Host) ChecksumErrors() (int64, error) {
	s := h.stack.Stats()
	n := s.IP.MalformedPacketsReceived.Value() +
		s.TCP.ChecksumErrors.Value() + s.TCP.InvalidSegmentsReceived.Value() +
		s.UDP.ChecksumErrors.Value() + s.UDP.MalformedPacketsReceived.Value()
	return int64(n) + h.device.malformed.Load() + h.unmatched.Load(), nil
}

// DeviceDrops is how many packets this host sent that never reached the wire,
// because the device's queue was full.
func (h *Host) DeviceDrops() (int64, error) { return h.device.drops.Load(), nil }

// Retransmissions is how many segments this host's TCP has retransmitted.
func (h *Host) Retransmissions() (int64, error) {
	return int64(h.stack.Stats().TCP.Retransmits.Value()), nil
}

// States counts this host's TCP sockets by the name that RFC 9293 section
// 3.3.2 gives their state, also those that were closed but still wait. A state
// is counted when the work of entering it is done: a socket that is ESTABLISHED
// on the server's side waits for Accept.
func (h *Host) States() (map[string]int, error) {
	states := make(map[string]int)
	for _, e := range append(h.stack.RegisteredEndpoints(), h.stack.CleanupEndpoints()...) {
		if e, ok := e.(*tcp.Endpoint); ok {
			states[stateName(e.EndpointState())]++
			_, _ = e.GetLocalAddress() // returns when no goroutine works on the socket any more
		}
	}
	return states, nil
}

// stateName is the name that RFC 9293 gives a state; gVisor writes three of
// them otherwise.
func stateName(s tcp.EndpointState) string {
	switch s {
	case tcp.StateFinWait1:
		return "FIN-WAIT-1"
	case tcp.StateFinWait2:
		return "FIN-WAIT-2"
	case tcp.StateSynRecv:
		return "SYN-RECEIVED"
	}
	return s.String()
}
