package cast

import (
	"net"
	"testing"
	"testing/synctest"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
)

// TestCountReached counts the sockets that were sent to, and no others.
func TestCountReached(t *testing.T) {
	for _, want := range []int{0, 1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			n, err := (&probetest.Opened{}).Memory().Open(t.Context(), testbed.NetworkConfig{})
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			sender, err := n.Client().ListenPacket(t.Context(), "udp", "10.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var sockets []net.PacketConn
			for i := range receivers {
				s, err := n.Server().ListenPacket(t.Context(), "udp", "10.0.0.2:0")
				if err != nil {
					t.Fatal(err)
				}
				sockets = append(sockets, s)
				if i < want {
					if _, err := sender.WriteTo([]byte("you"), s.LocalAddr()); err != nil {
						t.Fatal(err)
					}
				}
			}
			synctest.Wait()
			if got, err := countReached(sockets); err != nil || got != result.Num(want) {
				t.Errorf("%v of %d sockets were reached, %v; want %d", got, receivers, err, want)
			}
		})
	}
}
