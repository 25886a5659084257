package tcp

import (
	"context"
	"net"
	"net/netip"
)

// Host is a machine that TCP sockets can be opened on. Its methods have the
// signatures of net.ListenConfig and net.Dialer, so that the same server runs
// on the operating system's sockets and on a network inside the program.
type Host interface {
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// System is the operating system's own sockets.
//
// Two things that Go decides for every TCP socket matter to an experiment.
// Go asks for multipath TCP (RFC 8684) when it listens, which System switches
// off so that plain TCP is measured. And Go switches Nagle's algorithm
// (RFC 9293 3.7.4) off, so a small write leaves at once: System keeps that.
type System struct {
	// Source is the address that connections are made from; the zero value
	// lets the system choose address and port, as a client usually does.
	Source netip.AddrPort
}

// Listen is net.ListenConfig's.
func (System) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var l net.ListenConfig
	l.SetMultipathTCP(false)
	return l.Listen(ctx, network, address)
}

// DialContext is net.Dialer's.
func (s System) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	d.SetMultipathTCP(false)
	if s.Source.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(s.Source)
	}
	return d.DialContext(ctx, network, address)
}
