// Package kernel opens the network "kernel": two hosts, each a Linux network
// namespace with a TUN device, joined by a wire. Their TCP and UDP are the
// running kernel's own. Nothing outside the two namespaces is changed. The
// namespaces have no name, so that they are gone when the process is, even if it
// is killed.
//
// The network opens on Linux for root, and for other users inside a user
// namespace, if they may open /dev/net/tun: Reexec starts the program again in
// one.
//
// open_linux.go joins the hosts, namespace_linux.go keeps threads in a
// namespace, interface_linux.go and device_linux.go configure it, host_linux.go
// opens sockets in it, counters_linux.go reads its counters, and
// diagnose_linux.go knows why the network does not open.
//
// The hosts hardly ever send packets on their own. IPv6 is off, so there are no
// router solicitations and no neighbour discovery; a TUN device has no ARP;
// keepalive is off. What remains is ICMP in answer to a packet (echo replies,
// and "port unreachable" at about one a second after a burst of six), and IGMP
// reports by a host that joins a multicast group outside 224.0.0.0/24.
package kernel

import (
	"context"

	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Name is the word for this network in commands and reports.
const Name = "kernel"

// Driver opens this network.
func Driver() testbed.Driver {
	return testbed.Driver{Name: Name, Wired: true, Check: Check, Open: Open}
}

// Open makes two hosts, 10.0.0.1 and 10.0.0.2, and joins them under c. Where
// this system does not allow that, the error holds a *networks.UnavailableError.
func Open(ctx context.Context, c testbed.NetworkConfig) (testbed.Network, error) {
	c, err := networks.Prepare(ctx, Name, c)
	if err != nil {
		return nil, err
	}
	return open(c)
}
