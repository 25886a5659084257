package virtual

import (
	"testing"

	"echolab/lab/labtest"
	"echolab/lab/networks"
	"echolab/lab/testbed"
)

func BenchmarkWire(b *testing.B) {
	labtest.BenchmarkWire(b, func() (labtest.Pair, error) {
		client, err := newHost(networks.ClientPlan, testbed.NetworkConfig{MTU: testbed.DefaultMTU}, nil)
		if err != nil {
			return labtest.Pair{}, err
		}
		server, err := newHost(networks.ServerPlan, testbed.NetworkConfig{MTU: testbed.DefaultMTU}, nil)
		return labtest.Pair{
			Client: client, ClientDevice: client.device,
			Server: server, ServerDevice: server.device,
			Close: func() error { client.close(); server.close(); return nil },
		}, err
	})
}
