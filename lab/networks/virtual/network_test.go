package virtual

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"echolab/lab/labtest"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(s testbed.NetworkConfig) (testbed.Network, error) {
	return Open(context.Background(), s)
}

func TestConformance(t *testing.T) { labtest.TestNetwork(t, open) }

func TestTransports(t *testing.T) {
	for _, transport := range transports.Transports() {
		t.Run(transport.Name, func(t *testing.T) { labtest.TestTransport(t, transport, open) })
	}
}
