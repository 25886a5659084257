// Package networks is what the lab's networks have in common: the addresses of
// their two hosts, the packets that these can carry, how an address is read,
// deadlines for sockets that are not the operating system's, and the error of a
// network that does not open here.
//
// Each network has a room below this one: localhost (the system's sockets, no
// wire), kernel (two network namespaces of Linux), virtual (two TCP/IP stacks in
// this process) and simulated (the network virtual on a machine with its own
// clock).
package networks

import (
	"context"
	"fmt"
	"net/netip"

	"echolab/lab/testbed"
)

// HostPlan says which address a host has and which ports it chooses from when
// it is asked for port 0.
type HostPlan struct {
	Addr                netip.Prefix
	FirstPort, LastPort uint16
}

// The two hosts of a network. Their ports differ, because an echo server on UDP
// refuses a client with its own port number: that could be another echo server.
var (
	ClientPlan = HostPlan{netip.MustParsePrefix("10.0.0.1/24"), 32768, 49151}
	ServerPlan = HostPlan{netip.MustParsePrefix("10.0.0.2/24"), 49152, 65535}
)

// The packet sizes that IPv4 knows: RFC 791 asks every link to carry 68 bytes,
// and the length field ends at 65535.
const (
	leastMTU    = 68
	greatestMTU = 65535
)

// Prepare checks what a network with a wire is asked for before it opens, and
// fills in the default MTU.
func Prepare(ctx context.Context, name string, c testbed.NetworkConfig) (testbed.NetworkConfig, error) {
	if err := ctx.Err(); err != nil {
		return c, fmt.Errorf("open the %s network: %w", name, err)
	}
	if err := c.Wire.Validate(); err != nil {
		return c, fmt.Errorf("conditions of the %s network: %w", name, err)
	}
	if c.MTU == 0 {
		c.MTU = testbed.DefaultMTU
	}
	if c.MTU < leastMTU || c.MTU > greatestMTU {
		return c, fmt.Errorf("MTU of %d bytes: IPv4 needs %d to %d", c.MTU, leastMTU, greatestMTU)
	}
	return c, nil
}

// Network is two hosts that a wire joins, as a testbed.Network.
type Network struct {
	name           string
	client, server testbed.Host
	close          func() error
}

// Join makes a network of two hosts. The function close ends every conversation
// on it; it must do nothing when it is called again.
func Join(name string, client, server testbed.Host, close func() error) *Network {
	return &Network{name, client, server, close}
}

// Name is the word for the network in commands and reports.
func (n *Network) Name() string { return n.name }

// Client is the host of ClientPlan.
func (n *Network) Client() testbed.Host { return n.client }

// Server is the host of ServerPlan.
func (n *Network) Server() testbed.Host { return n.server }

// Close ends every conversation, then the wire, then the hosts, and waits for
// all that ran for them. A second call returns what the first did.
func (n *Network) Close() error { return n.close() }
