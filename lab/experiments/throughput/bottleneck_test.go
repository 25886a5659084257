package throughput

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestKept: a paced sender that sends less than its pace is the machine's fault.
func TestKept(t *testing.T) {
	b := &testbed.Bench{Conditions: usualLink(nil)}
	pace := paceShare * payloadRate(transports.UDP, b.Conditions.Client)
	for _, c := range []struct {
		transport testbed.Transport
		share     float64
		want      bool
	}{{transports.UDP, 0.985, true}, {transports.UDP, 0.995, false}, {transports.TCP, 0.5, false}} {
		sent := probe.FlowResult{Flow: packet.Flow{Offered: int(c.share * pace / 8)}, Lasted: time.Second}
		if got := kept(b, c.transport, sent); got.IsZero() == c.want {
			t.Errorf("%s sent %v of its pace: %q", c.transport.Name, c.share, got)
		}
	}
}
