// Package netstack opens the network "virtual": two hosts, each a TCP/IP stack
// of its own inside this process (gVisor's), joined by a wire. It needs no
// privilege and runs on every system; its TCP is gVisor's, not the system's.
//
// stack.go makes a host's stack, device.go is where its packets come out and
// go in, socket.go and the files after it are what a program sees of it.
//
// gVisor's own adapter to package net is not used: its errors are bare words
// that no caller can test for, and an ICMP error does not wake its readers.
//
// gVisor mends losses more slowly than Linux in two cases, seen on its packets.
// An acknowledgement that carries data does not count as a duplicate, so that
// a lost segment waits for the timeout (200 ms at least) while the peer sends
// too. And a receiver that has said goodbye sends no selective
// acknowledgements, with the same effect.
//
// The hosts never speak on their own: IGMP is off and there is no ARP on a
// wire without link addresses, so every packet answers to a socket. A host
// does send ICMP: an echo reply to an echo request, and "port unreachable" for
// a datagram that nobody listens for (1000 a second at most).
package virtual

import (
	"context"
	"fmt"
	"net/netip"
	"sync"

	"echolab/lab/testbed"
	"echolab/lab/wire"
)

var (
	clientAddr = netip.MustParsePrefix("10.0.0.1/24")
	serverAddr = netip.MustParsePrefix("10.0.0.2/24")
)

// The first ports that the hosts choose by themselves.
const (
	clientPorts = 32768
	serverPorts = 49152
)

// Network is two virtual hosts and the wire between them.
type Network struct {
	client, server *Host
	wire           *wire.Wire
	close          func() error
}

var _ testbed.Network = (*Network)(nil)

// Check says why the network cannot open here. It opens everywhere.
func Check() error { return nil }

// Open makes two hosts, 10.0.0.1 and 10.0.0.2, and joins them under s.
func Open(ctx context.Context, s testbed.NetworkConfig) (*Network, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open the virtual network: %w", err)
	}
	if err := s.Wire.Validate(); err != nil {
		return nil, fmt.Errorf("conditions of the virtual network: %w", err)
	}
	if s.MTU == 0 {
		s.MTU = testbed.DefaultMTU
	}
	hush()
	client, err := newHost(clientAddr, clientPorts, s)
	if err != nil {
		return nil, fmt.Errorf("make the virtual client host: %w", err)
	}
	server, err := newHost(serverAddr, serverPorts, s)
	if err != nil {
		client.close()
		return nil, fmt.Errorf("make the virtual server host: %w", err)
	}
	n := &Network{client: client, server: server}
	n.wire = wire.Connect(client.device, server.device, s.Wire)
	n.close = sync.OnceValue(n.shut)
	return n, nil
}

// Name is the word for this network in commands and reports.
func (n *Network) Name() string { return "virtual" }

// Client is the host 10.0.0.1, a *Host.
func (n *Network) Client() testbed.Host { return n.client }

// Server is the host 10.0.0.2, a *Host.
func (n *Network) Server() testbed.Host { return n.server }

// Wire is what joins the hosts.
func (n *Network) Wire() *wire.Wire { return n.wire }

// Close ends every conversation, then the wire, then the stacks, and waits
// for all of their goroutines. A second call returns what the first did.
func (n *Network) Close() error { return n.close() }

func (n *Network) shut() error {
	n.client.closeSockets()
	n.server.closeSockets()
	err := n.wire.Close()
	n.client.close()
	n.server.close()
	return err
}
