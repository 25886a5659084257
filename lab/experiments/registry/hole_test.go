package registry

import (
	"context"

	"net"
	"testing"
	"testing/synctest"

	"echolab/lab/experiments"
	"echolab/lab/experiments/blocking"
	"echolab/lab/experiments/corruption"
	"echolab/lab/experiments/duplication"
	"echolab/lab/experiments/loss"
	"echolab/lab/experiments/ordering"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestEveryExperimentSurvivesNoConnection: UDP has its figures beside TCP, which
// has none, and nothing is an error.
func TestEveryExperimentSurvivesNoConnection(t *testing.T) {
	for _, e := range []experiments.Experiment{loss.Experiment, ordering.Experiment, duplication.Experiment, corruption.Experiment, blocking.Experiment} {
		for _, c := range []link.Conditions{{Delay: 10 * probetest.Tick, Loss: 0.5}, {Delay: 10 * probetest.Tick, Loss: 1}} {
			synctest.Test(t, func(t *testing.T) {
				b := &testbed.Bench{
					Options: result.Options{Messages: 50, Size: 64}, Transports: []testbed.Transport{transports.TCP, transports.UDP},
					Conditions: wire.BothWays(c),
				}
				b.Driver = testbed.Driver{Name: "deaf", Wired: true, Open: deafToTCP}
				rows, err := e.Run(t.Context(), b)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range rows {
					v, ok := m.Values["tcp"]
					_, cut := m.CutOff["tcp"]
					if ok && (v != result.Word("no connection") || cut != (c.Loss < 1)) {
						t.Errorf("%s %s over TCP: %v, cut off %v", e.ID, m.ID, v, cut)
					}
				}
				if r := (&result.Result{Measurements: rows}); len(r.Find(rows[0].ID).Values) != 2 {
					t.Errorf("%s has no %s of UDP", e.ID, rows[0].ID)
				}
			})
		}
	}
}

// deafToTCP opens networks on which no SYN is answered.
func deafToTCP(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
	return halfDeaf{labtest.Memory(s)}, nil
}

type halfDeaf struct{ testbed.Network }

func (d halfDeaf) Client() testbed.Host { return halfDeafHost{d.Network.Client()} }

type halfDeafHost struct{ testbed.Host }

func (h halfDeafHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if network == "udp" {
		return h.Host.DialContext(ctx, network, address)
	}
	return probetest.DeafHost{}.DialContext(ctx, network, address)
}
