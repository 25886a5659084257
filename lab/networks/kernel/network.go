// Package netns opens the network "kernel": two hosts, each a Linux network
// namespace with a TUN device, joined by a wire. Their TCP and UDP are the
// running kernel's own. Nothing outside the two namespaces is changed, and
// they have no name, so that they are gone when the process is, even if it is
// killed.
//
// It opens on Linux for root, and for anybody else inside a user namespace if
// /dev/net/tun may be opened: Reexec starts the program again in one.
//
// namespace_linux.go keeps threads in a namespace, interface_linux.go and
// device_linux.go furnish it, host_linux.go opens sockets in it, and
// diagnose_linux.go knows why it may not work.
//
// The hosts hardly ever speak on their own. IPv6 is off, so there are no router
// solicitations and no neighbour discovery; a TUN device has no ARP; keepalive
// is off. What remains is ICMP in answer to a packet (echo replies, and "port
// unreachable" at about one a second after a burst of six), and IGMP reports
// by a host that joins a multicast group outside 224.0.0.0/24.
package kernel

import (
	"context"
	"fmt"

	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Network is two namespaces and the wire between them.
type Network struct {
	client, server testbed.Host
	wire           *wire.Wire
	close          func() error
}

var _ testbed.Network = (*Network)(nil)

// Open makes two hosts, 10.0.0.1 and 10.0.0.2, and joins them under s. Where
// that is not possible, the error holds a *lab.Unavailable.
func Open(ctx context.Context, s testbed.NetworkConfig) (*Network, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open the kernel network: %w", err)
	}
	if err := s.Wire.Validate(); err != nil {
		return nil, fmt.Errorf("conditions of the kernel network: %w", err)
	}
	if s.MTU == 0 {
		s.MTU = testbed.DefaultMTU
	}
	return open(s)
}

// Name is the word for this network in commands and reports.
func (n *Network) Name() string { return "kernel" }

// Client is the host 10.0.0.1.
func (n *Network) Client() testbed.Host { return n.client }

// Server is the host 10.0.0.2.
func (n *Network) Server() testbed.Host { return n.server }

// Wire is what joins the hosts.
func (n *Network) Wire() *wire.Wire { return n.wire }

// Close ends every conversation, then the wire, then the namespaces, and waits
// for all of their threads. A second call returns what the first did.
func (n *Network) Close() error { return n.close() }
