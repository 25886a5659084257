package virtual

import (
	"testing"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"echolab/lab/testbed"
)

// TestCongestion: TCP has the congestion control that was asked for, and
// without that the one that the package names.
func TestCongestion(t *testing.T) {
	for asked, want := range map[string]string{"": Congestion, "reno": "reno"} {
		n, err := Open(t.Context(), testbed.NetworkConfig{Congestion: asked})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		var has tcpip.CongestionControlOption
		if err := n.Client().(*Host).stack.TransportProtocolOption(tcp.ProtocolNumber, &has); err != nil {
			t.Fatal(err)
		}
		if string(has) != want {
			t.Errorf("asked for %q, TCP has %s, want %s", asked, has, want)
		}
	}
}
