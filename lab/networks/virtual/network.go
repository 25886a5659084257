// Package virtual opens the network "virtual": two hosts, each a TCP/IP stack of
// its own inside this process (gVisor's), joined by a wire. It needs no
// privilege and runs on every system; its TCP is gVisor's, not the system's.
//
// stack.go makes a host's stack, device.go is where its packets come out and
// go in, host.go opens sockets, and socket.go, tcp.go and udp.go are these.
//
// gVisor's own adapter to package net is not used: its errors have no type that
// a caller could test for, and an ICMP error does not wake its readers.
//
// gVisor repairs losses more slowly than Linux in two cases, seen on its packets.
// An acknowledgement that carries data does not count as a duplicate, so that
// a lost segment waits for the timeout (200 ms at least) while the peer sends
// too. And a receiver that has sent a FIN sends no selective acknowledgements,
// with the same effect.
//
// The hosts send no packets on their own: IGMP is off and there is no ARP on a
// wire without link addresses, so every packet answers to a socket. A host
// does send ICMP: an echo reply to an echo request, and "port unreachable" for
// a datagram to a closed port (1000 a second at most).
package virtual

import (
	"context"
	"fmt"
	"sync"

	"gvisor.dev/gvisor/pkg/log"

	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Name is the word for this network in commands and reports.
const Name = "virtual"

// Driver opens this network, which opens everywhere.
func Driver() testbed.Driver {
	return testbed.Driver{
		Name: Name, Wired: true, Congestion: Congestion, Open: Open, Check: func() error { return nil },
	}
}

// Open makes two hosts, 10.0.0.1 and 10.0.0.2, and joins them under c.
func Open(ctx context.Context, c testbed.NetworkConfig) (testbed.Network, error) {
	c, err := networks.Prepare(ctx, Name, c)
	if err != nil {
		return nil, err
	}
	silenceLogs()
	told := oneByOne(c.Sockets)
	watching := [2]*watcher{newWatcher(wire.Client, told), newWatcher(wire.Server, told)}
	client, err := newHost(networks.ClientPlan, c, watching[wire.Client])
	if err != nil {
		return nil, fmt.Errorf("make the virtual client host: %w", err)
	}
	server, err := newHost(networks.ServerPlan, c, watching[wire.Server])
	if err != nil {
		client.close()
		return nil, fmt.Errorf("make the virtual server host: %w", err)
	}
	w := wire.Connect(client.device, server.device, c.Wire, c.Taps...)
	watching[wire.Client].over(w)
	watching[wire.Server].over(w)
	closeOnce := sync.OnceValue(func() error {
		client.closeSockets()
		server.closeSockets()
		err := w.Close()
		client.close()
		server.close()
		return err
	})
	return networks.Join(Name, client, server, closeOnce), nil
}

// silenceLogs keeps the stacks from writing messages about packets to stderr: they
// report a SYN that comes twice as a failure, and the wire may copy packets. It
// removes the logger's output and not the logger, since some of the stacks'
// packages keep the logger that they found when the program began.
var silenceLogs = sync.OnceFunc(func() {
	log.Log().Emitter = &log.MultiEmitter{} // which emits to none
})
