package overrun

import (
	"context"

	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/labtest"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestSendFast: what is read in time counts, and what the buffer has no room
// for is lost.
func TestSendFast(t *testing.T) {
	for _, transport := range transports.Transports() {
		n := labtest.Memory(testbed.NetworkConfig{})
		b := &testbed.Bench{Driver: testbed.Driver{Open: func(context.Context, testbed.NetworkConfig) (testbed.Network, error) { return n, nil }}}
		f, err := sendFast(t.Context(), b, transport, 512, 20*probetest.Tick)
		if err != nil {
			t.Fatal(err)
		}
		if f.Sent == 0 || f.Got > f.Sent || f.Sending < 20*probetest.Tick || transport.Reliable && f.Got != f.Sent {
			t.Errorf("%s: %+v", transport.Name, f)
		}
	}
}
