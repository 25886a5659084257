package virtual_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/networks/virtual"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

var driver = virtual.Driver()

// measure runs an experiment once, in real time. What the tests of this file
// ask of it is so however busy the machine is; what hangs on time is tested on
// the network simulated, which is this one with another clock.
func measure(t *testing.T, id string, change func(*link.Conditions)) *result.Result {
	t.Helper()
	r, err := labtest.Measure(t.Context(), driver, find(id), result.Options{Messages: messages, Size: 512, Seed: 1}, change, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const messages = 200

// find is the experiment with that id.
func find(id string) experiments.Experiment {
	all := registry.All()
	return all[slices.IndexFunc(all, func(e experiments.Experiment) bool { return e.ID == id })]
}

// TestEveryLossIsExplained: every message that did not come back has one cause,
// whatever it is that loses them, and TCP delivers all, later.
func TestEveryLossIsExplained(t *testing.T) {
	t.Parallel()
	for words, change := range map[string]func(*link.Conditions){
		"much loss": func(c *link.Conditions) { c.Loss = 0.2 },
		"burst":     func(c *link.Conditions) { c.Loss, c.Burst = 0, link.Burst{Loss: 0.05, Length: 3} },
		"exact":     func(c *link.Conditions) { c.Loss, c.Exact = 0, link.Exact{Drop: 1, Of: 10} },
		"corrupt":   func(c *link.Conditions) { c.Corrupt = 0.05 },
		"copies":    func(c *link.Conditions) { c.Duplicate = 0.1 },
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			r := measure(t, "loss", change)
			labtest.Conserves(t, r, messages)
			labtest.Near(t, r, "delivered", "tcp", 100, 0)
			if labtest.Value(t, r, "retransmissions", "tcp") == 0 {
				t.Errorf("TCP sent nothing again")
			}
		})
	}
}

// twice is a client that sends every message twice.
type twice struct{ testbed.Client }

func (c twice) Send(message []byte) error {
	if err := c.Client.Send(message); err != nil {
		return err
	}
	return c.Client.Send(message)
}

// sendsTwice is UDP with such a client.
func sendsTwice() testbed.Transport {
	t := transports.UDP
	t.Dial = func(ctx context.Context, h testbed.Host, address string, o testbed.ClientOptions) (testbed.Client, error) {
		c, err := transports.UDP.Dial(ctx, h, address, o)
		return twice{c}, err
	}
	return t
}

// TestSentAgainIsCounted: of a UDP client that sends everything twice it is said
// that it does, and the claim that nothing is sent again does not hold.
func TestSentAgainIsCounted(t *testing.T) {
	t.Parallel()
	var items []lab.Item
	for _, e := range []experiments.Experiment{find("loss"), find("ordering")} {
		items = append(items, lab.Item{Experiment: e, Conditions: e.Conditions, Driver: driver})
	}
	report, err := lab.Run(t.Context(), lab.Plan{
		Items:      items,
		Options:    result.Options{Runs: 1, Network: "virtual", Messages: messages, Size: 512, Seed: 1},
		Transports: []testbed.Transport{transports.TCP, sendsTwice()},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := report.Experiments[0]
	labtest.Near(t, r, "retransmissions", "udp", messages, 0)
	if r.Find("retransmissions").Within["udp"] {
		t.Error("that everything was sent again is as expected")
	}
	for _, c := range report.Claims {
		if c.ID == "not-resent" && c.Verdict != result.Refuted {
			t.Errorf("not-resent: %s, %v", c.Verdict, c.Because)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	r := measure(t, "ordering", nil)
	labtest.Near(t, r, "out_of_order", "tcp", 0, 0)
	if udp := labtest.Value(t, r, "out_of_order", "udp"); udp <= 5 {
		t.Errorf("out of order over UDP: %v %%, want above 5", udp)
	}
}

func TestNothingDamagedIsDelivered(t *testing.T) {
	t.Parallel()
	r := measure(t, "corruption", nil)
	for _, id := range []string{"damaged", "lost_unexplained"} {
		labtest.Within(t, r, id)
	}
}

// TestSmallWrites: the initial window and the rest, or the first and the rest;
// where this machine writes too slowly for that, nothing is said.
func TestSmallWrites(t *testing.T) {
	t.Parallel()
	r := measure(t, "nagle", func(c *link.Conditions) { c.Delay = 100 * time.Millisecond })
	for _, id := range []string{"packets", "packets_nagle"} {
		labtest.Within(t, r, id)
	}
}
