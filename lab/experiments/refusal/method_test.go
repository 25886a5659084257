package refusal

import (
	"context"

	"net"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

func TestNobodyThere(t *testing.T) {
	r := probetest.OnMemory(t, Experiment.Run, nil, transports.Transports()...)
	probetest.WantValues(t, r, "tcp", map[string]result.Value{
		"outcome": result.Word("refused"), "first_message": result.Word("not sent"), "after_listen": result.Word("connected"),
	})
	probetest.WantValues(t, r, "udp", map[string]result.Value{
		"outcome": result.Word("told late"), "outcome_unconnected": result.Word("never told"),
		"first_message": result.Word("sent"), "after_listen": result.Word("connected"),
	})
	for _, transport := range transports.Transports() {
		probetest.WantExpected(t, r, transport.Name, true, "outcome", "first_message", "after_listen")
	}
	if _, ok := r.Find("outcome_unconnected").Values["tcp"]; ok {
		t.Error("something is said of TCP without connect")
	}
}

// mute is a network whose datagrams find nobody, and nobody says so.
type mute struct{ testbed.Network }

func (m mute) Client() testbed.Host { return muteHost{m.Network.Client()} }

type muteHost struct{ testbed.Host }

func (h muteHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := h.Host.DialContext(ctx, network, address)
	if err == nil && network == "udp" {
		c = hush{c}
	}
	return c, err
}

// hush swallows the first writes: those to the port where nobody listens.
type hush struct{ net.Conn }

func (hush) Write(b []byte) (int, error) { return len(b), nil }

func TestNobodyTellsThatNobodyIsThere(t *testing.T) {
	var r refused
	synctest.Test(t, func(t *testing.T) {
		n, err := (&probetest.Opened{}).Memory().Open(t.Context(), testbed.NetworkConfig{})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		began := time.Now()
		if err := r.probeConnected(t.Context(), mute{n}, transports.UDP, "10.0.0.2:9"); err != nil {
			t.Fatal(err)
		}
		if r.outcome != neverTold || r.toldAfter != 0 || time.Since(began) < probe.Silence {
			t.Errorf("%+v after %v, want never told", r, time.Since(began))
		}
	})
}
