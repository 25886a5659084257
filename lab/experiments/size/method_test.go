package size

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

func TestLargestMessage(t *testing.T) {
	r := probetest.OnMemory(t, Experiment.Run, nil, transports.Transports()...)
	probetest.WantValues(t, r, "udp", map[string]result.Value{"largest": result.Num(65507), "beyond": result.Word("message too long")})
	probetest.WantValues(t, r, "tcp", map[string]result.Value{"largest": result.Num(1 << 20), "beyond": result.Word("works too")})
	for _, transport := range transports.Transports() {
		probetest.WantExpected(t, r, transport.Name, true, "largest", "beyond")
	}
}

// TestLargestMessageOfAServerThatCuts: the echo has to be whole, and the
// smallest bound on the way counts.
func TestLargestMessageOfAServerThatCuts(t *testing.T) {
	cuts := probetest.ServingOther(transports.UDP, func(o *testbed.ServerOptions) { o.Buffer = 1000 })
	r := probetest.OnMemory(t, Experiment.Run, nil, cuts)
	probetest.WantExpected(t, r, "udp", false, "largest", "beyond")
	probetest.WantValues(t, r, "udp", map[string]result.Value{"largest": result.Num(1000), "beyond": result.Word("no answer")})
}

func TestLargestAllowed(t *testing.T) {
	for _, c := range []struct {
		network, system string
		want            int
	}{
		{"localhost", "linux", 65507}, {"localhost", "windows", 65507}, {"localhost", "darwin", 9216}, {"localhost", "plan9", 0},
		{"virtual", "darwin", 65507}, {"kernel", "linux", 65507},
	} {
		if got := largestAllowed(c.network, c.system); got != c.want {
			t.Errorf("%s on %s: %d, want %d", c.network, c.system, got, c.want)
		}
	}
}
