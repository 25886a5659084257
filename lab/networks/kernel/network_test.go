package kernel

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"echolab/lab/labtest"
	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// available skips the test where the network does not open.
func available(t testing.TB) {
	t.Helper()
	if err := Check(); err != nil {
		t.Skip(err)
	}
}

func opener(s testbed.NetworkConfig) (testbed.Network, error) {
	return Open(context.Background(), s)
}

func TestConformance(t *testing.T) {
	available(t)
	labtest.TestNetwork(t, opener)
}

func TestTransports(t *testing.T) {
	available(t)
	for _, transport := range transports.Transports() {
		t.Run(transport.Name, func(t *testing.T) { labtest.TestTransport(t, transport, opener) })
	}
}

func TestOtherSystemsSayWhy(t *testing.T) {
	if runtime.GOOS == "linux" {
		t.Skip("this is Linux")
	}
	var u *networks.UnavailableError
	if _, err := Open(t.Context(), testbed.NetworkConfig{}); !errors.As(err, &u) || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("open: %v", err)
	}
}
