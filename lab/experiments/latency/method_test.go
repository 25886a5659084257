package latency

import (
	"context"

	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// scripted is a client whose echoes take as long as it is told.
type scripted struct {
	testbed.Client
	takes []time.Duration
}

func (c *scripted) Receive(buf []byte) (int, error) {
	n, err := c.Client.Receive(buf)
	time.Sleep(c.takes[0])
	c.takes = c.takes[1:]
	return n, err
}

// TestLatencyIsTheRoundTrip: of a hundred echoes that take 1 to 100 ms, the
// median takes 50 and the percentile 99 takes 99; those before do not count.
func TestLatencyIsTheRoundTrip(t *testing.T) {
	slow := transports.UDP
	slow.Dial = func(ctx context.Context, host testbed.Host, address string, o testbed.ClientOptions) (testbed.Client, error) {
		c, err := transports.UDP.Dial(ctx, host, address, o)
		s := &scripted{Client: c}
		for range warmUp {
			s.takes = append(s.takes, time.Second)
		}
		for i := range 100 {
			s.takes = append(s.takes, time.Duration(1+(i*37)%100)*probetest.Tick)
		}
		return s, err
	}
	r := probetest.OnMemory(t, Experiment.Run, nil, slow)
	probetest.WantValues(t, r, "udp", map[string]result.Value{"rtt_p50": result.Num(50_000), "rtt_p99": result.Num(99_000)})
}
