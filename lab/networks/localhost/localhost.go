// Package localhost is the network "localhost": the operating system's own
// sockets on 127.0.0.1. It has no wire, so that no packet can be dropped, delayed
// or watched.
package localhost

import (
	"context"
	"errors"
	"net"
	"net/netip"

	"echolab/lab/testbed"
)

// Localhost opens this network.
var Localhost = testbed.Driver{
	Name:  "localhost",
	Open:  openLocalhost,
	Check: func() error { return nil },
}

var errNoWire = errors.New("packets on localhost pass through no wire, so no condition can act on them")

func openLocalhost(_ context.Context, c testbed.NetworkConfig) (testbed.Network, error) {
	if c.Wire.Client.Words() != nil || c.Wire.Server.Words() != nil {
		return nil, errNoWire
	}
	return network{}, nil
}

// network is both hosts at once.
type network struct{}

func (network) Name() string         { return "localhost" }
func (network) Client() testbed.Host { return network{} }
func (network) Server() testbed.Host { return network{} }
func (network) Close() error         { return nil }

func (network) Addr() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

func (network) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false) // Go's listeners offer it by default
	return config.Listen(ctx, network, address)
}

func (network) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	var config net.ListenConfig
	return config.ListenPacket(ctx, network, address)
}

func (network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, address)
}
