package backlog

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// hasty is a listener whose accept does not wait.
type hasty struct{ net.Listener }

func (hasty) Accept() (net.Conn, error) { return nil, errors.New("nobody there") }

// TestAcceptWaits until a client comes; an accept that does not is found out.
func TestAcceptWaits(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(net.Listener) net.Listener
		want   time.Duration
	}{
		{"as it is", func(l net.Listener) net.Listener { return l }, acceptFor},
		{"not waiting", func(l net.Listener) net.Listener { return hasty{l} }, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			n, err := (&probetest.Opened{}).Memory().Open(t.Context(), testbed.NetworkConfig{})
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			l, err := n.Server().Listen(t.Context(), "tcp", "10.0.0.2:0")
			if err != nil {
				t.Fatal(err)
			}
			if got, err := leastAccept(t.Context(), n, transports.TCP, c.change(l)); err != nil || got != c.want {
				t.Errorf("%s: accept waited %v, %v; want %v", c.name, got, err, c.want)
			}
		})
	}
}
