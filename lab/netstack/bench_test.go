package netstack

import (
	"testing"

	"echolab/lab"
	"echolab/lab/labtest"
)

func BenchmarkWire(b *testing.B) {
	labtest.BenchmarkWire(b, func() (labtest.Pair, error) {
		client, err := newHost(clientAddr, clientPorts, lab.Setup{MTU: lab.DefaultMTU})
		if err != nil {
			return labtest.Pair{}, err
		}
		server, err := newHost(serverAddr, serverPorts, lab.Setup{MTU: lab.DefaultMTU})
		return labtest.Pair{
			Client: client, ClientDevice: client.device,
			Server: server, ServerDevice: server.device,
			Close: func() error { client.close(); server.close(); return nil },
		}, err
	})
}
