package lab

import (
	"context"
	"errors"
	"net"
	"net/netip"
)

// Localhost opens the operating system's own sockets on 127.0.0.1. There is
// no wire, so nothing can be lost, delayed or watched.
var Localhost = Opener{
	Name:  "localhost",
	Open:  openLocalhost,
	Check: func() error { return nil },
}

var errNoWire = errors.New("packets on localhost pass through no wire, so no condition can act on them")

func openLocalhost(_ context.Context, s Setup) (Network, error) {
	if s.Wire.Client.Words() != nil || s.Wire.Server.Words() != nil {
		return nil, errNoWire
	}
	return localhost{}, nil
}

// localhost is both hosts at once.
type localhost struct{}

func (localhost) Name() string { return "localhost" }
func (localhost) Client() Host { return localhost{} }
func (localhost) Server() Host { return localhost{} }
func (localhost) Close() error { return nil }

func (localhost) Addr() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

func (localhost) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false) // Go's listeners speak it by default; the exhibit is plain TCP
	return config.Listen(ctx, network, address)
}

func (localhost) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	var config net.ListenConfig
	return config.ListenPacket(ctx, network, address)
}

func (localhost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, address)
}
