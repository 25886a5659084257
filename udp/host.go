package udp

import (
	"context"
	"net"
	"net/netip"
)

// Host is a machine that UDP sockets can be opened on. Its methods have the
// signatures of net.ListenConfig and net.Dialer, so that the same server runs
// on the operating system's sockets and on a network inside the program.
type Host interface {
	ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error)
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// System is the operating system's own sockets.
type System struct {
	// Source is the address that datagrams are sent from; the zero value
	// lets the system choose address and port, as a client usually does.
	Source netip.AddrPort
}

// ListenPacket is net.ListenConfig's.
func (System) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	var l net.ListenConfig
	return l.ListenPacket(ctx, network, address)
}

// DialContext is net.Dialer's.
func (s System) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	if s.Source.IsValid() {
		d.LocalAddr = net.UDPAddrFromAddrPort(s.Source)
	}
	return d.DialContext(ctx, network, address)
}
