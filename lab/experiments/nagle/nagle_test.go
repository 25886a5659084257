package nagle

import (
	"net"
	"testing"

	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// switched notes how Nagle's algorithm is switched.
type switched struct {
	net.Conn
	noDelay []bool
}

func (s *switched) SetNoDelay(on bool) error {
	s.noDelay = append(s.noDelay, on)
	return nil
}

func TestNagleIsSwitched(t *testing.T) {
	for _, on := range []bool{true, false} {
		c := &switched{}
		if err := setNoDelay(c, on); err != nil || len(c.noDelay) != 1 || c.noDelay[0] != on {
			t.Errorf("TCP_NODELAY set to %v, %v; want %v", c.noDelay, err, on)
		}
	}
}

// TestBurstPackets: the initial window and the rest; with Nagle the first and
// the rest; of datagrams all.
func TestBurstPackets(t *testing.T) {
	for _, c := range []struct {
		t       testbed.Transport
		noDelay bool
		want    int
	}{
		{transports.TCP, true, 11}, {transports.TCP, false, 2}, {transports.UDP, true, 20}, {transports.UDP, false, 20},
	} {
		if got := burstPackets(c.t, c.noDelay); got != c.want {
			t.Errorf("%s, TCP_NODELAY %v: %d packets, want %d", c.t.Name, c.noDelay, got, c.want)
		}
	}
}
