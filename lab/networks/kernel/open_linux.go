package kernel

import (
	"errors"
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

// The ports that the hosts choose from where they are not told one. They
// differ, because an echo server on UDP may refuse a client that has its own
// port number, for fear of another echo server.
const (
	clientPorts = "32768 49151"
	serverPorts = "49152 65535"
)

// Check says why the network cannot open here; nil if it can. It finds out by
// opening one host, once in the life of the process.
func Check() error { return check() }

var check = sync.OnceValue(func() error {
	if refused != nil {
		return refused
	}
	h, err := newHost(clientAddr, clientPorts, testbed.NetworkConfig{MTU: testbed.DefaultMTU})
	if err != nil {
		return err
	}
	return h.close()
})

func open(s testbed.NetworkConfig) (*Network, error) {
	client, err := newHost(clientAddr, clientPorts, s)
	if err != nil {
		return nil, fmt.Errorf("make the client's namespace: %w", err)
	}
	server, err := newHost(serverAddr, serverPorts, s)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the server's namespace: %w", err), client.close())
	}
	n := &Network{client: client, server: server}
	n.wire = wire.Connect(client.device, server.device, s.Wire)
	n.close = sync.OnceValue(func() error { return shut(client, server, n.wire) })
	return n, nil
}

// shut closes both hosts at once, since the kernel takes its time with each,
// and then the wire between them.
func shut(client, server *Host, w *wire.Wire) error {
	client.sockets.close()
	server.sockets.close()
	var both sync.WaitGroup
	var errs [2]error
	both.Go(func() { errs[0] = client.close() })
	both.Go(func() { errs[1] = server.close() })
	both.Wait()
	return errors.Join(errs[0], errs[1], w.Close())
}
