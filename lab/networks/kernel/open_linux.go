package kernel

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Check says why the network cannot open here; nil if it can. It finds out by
// opening one host, once in the life of the process.
func Check() error { return check() }

var check = sync.OnceValue(func() error {
	if refused != nil {
		return refused
	}
	h, err := newHost(networks.ClientPlan, testbed.NetworkConfig{MTU: testbed.DefaultMTU})
	if err != nil {
		return err
	}
	return h.close()
})

func open(c testbed.NetworkConfig) (testbed.Network, error) {
	client, err := newHost(networks.ClientPlan, c)
	if err != nil {
		return nil, fmt.Errorf("make the client's namespace: %w", err)
	}
	server, err := newHost(networks.ServerPlan, c)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the server's namespace: %w", err), client.close())
	}
	taps := append(slices.Clone(c.Taps), watchSockets(client, server, c.Sockets))
	w := wire.Connect(client.device, server.device, c.Wire, taps...)
	closeOnce := sync.OnceValue(func() error { return closeAll(client, server, w) })
	return networks.Join(Name, client, server, closeOnce), nil
}

// closeAll closes both hosts at once, since the kernel takes its time with each,
// and then the wire between them.
func closeAll(client, server *Host, w *wire.Wire) error {
	client.sockets.close()
	server.sockets.close()
	var both sync.WaitGroup
	var errs [2]error
	both.Go(func() { errs[0] = client.close() })
	both.Go(func() { errs[1] = server.close() })
	both.Wait()
	return errors.Join(errs[0], errs[1], w.Close())
}
