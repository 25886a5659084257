package integration

import (
	"slices"
	"testing"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/link"
)

func asTheyAre(*link.Conditions) {}

// atFullSpeed skips what measures time or speed where packets are slowed.
func atFullSpeed(t *testing.T) {
	t.Helper()
	if slowed {
		t.Skip("the race detector slows packets, so times and rates are not theory's")
	}
}

// timed are the experiments whose expectations are times or rates.
var timed = []string{"setup", "flow", "congestion", "fairness", "blocking"}

// TestAsTheoryExpects runs every experiment on the wire under its own
// conditions: whatever theory says of a measurement must be so.
func TestAsTheoryExpects(t *testing.T) {
	t.Parallel()
	for _, e := range experiments.All() {
		if e.Place != lab.OnWire {
			continue
		}
		t.Run(e.ID, func(t *testing.T) {
			if slices.Contains(timed, e.ID) {
				atFullSpeed(t)
			}
			onBothInTime(t, e.ID, lab.Options{Messages: 200, Seed: 1, Quick: e.ID != "fairness"}, asTheyAre, func(t judge, r *lab.Result) {
				expected := 0
				for _, m := range r.Measurements {
					within(t, r, m.ID)
					expected += len(m.Within)
				}
				if expected == 0 {
					t.Errorf("theory expects nothing: the test shows nothing")
				}
			})
		})
	}
}

// TestSetUpTakesARoundTrip: theory's own figures, in round trips.
func TestSetUpTakesARoundTrip(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	onBothInTime(t, "setup", lab.Options{Messages: 1, Seed: 1, Quick: true}, asTheyAre, func(t judge, r *lab.Result) {
		for id, want := range map[string]map[string]float64{
			"connect_rtts": {"tcp": 1, "udp": 0}, "first_reply_rtts": {"tcp": 2, "udp": 1},
		} {
			for transport, rtts := range want {
				if got := value(t, r, id, transport); got < 0.85*rtts || got > 1.15*max(rtts, 0.1) {
					t.Errorf("%s of %s: %.3f, want %v within 15 %%", id, transport, got, rtts)
				}
			}
		}
		if got := value(t, r, "connect_lost_syn", "tcp"); got < 1010 || got > 2020 {
			t.Errorf("connecting took %.0f ms with the SYN lost, want one timeout of a second and a round trip", got)
		}
	})
}

// TestTCPFillsTheLink, and UDP overfills it.
func TestTCPFillsTheLink(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	onBothInTime(t, "congestion", lab.Options{Seed: 1, Quick: true}, asTheyAre, func(t judge, r *lab.Result) {
		if goodput, lost := value(t, r, "goodput", "tcp"), value(t, r, "queue_loss", "tcp"); goodput < 8 || goodput > 10 || lost >= 5 {
			t.Errorf("TCP: %.2f Mbit/s of 10, %.1f %% lost at the queue", goodput, lost)
		}
		if goodput, lost := value(t, r, "goodput", "udp"), value(t, r, "queue_loss", "udp"); goodput > 10 || lost < 40 || lost > 60 {
			t.Errorf("UDP: %.2f Mbit/s of 10, %.1f %% lost at the queue", goodput, lost)
		}
	})
}

// TestFlowsShare: every congestion control shares with itself, and none of
// them beside who never yields.
func TestFlowsShare(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	for _, congestion := range []string{"reno", "cubic", "bbr"} {
		t.Run(congestion, func(t *testing.T) {
			for _, n := range networks {
				t.Run(n.Name, func(t *testing.T) {
					offers(t, n, congestion)
					t.Parallel()
					inTime(t, n, "fairness", lab.Options{Seed: 1, Congestion: congestion}, asTheyAre, shares)
				})
			}
		})
	}
}

func shares(t judge, r *lab.Result) {
	if jain := value(t, r, "jain", "tcp"); jain <= 0.9 {
		t.Errorf("Jain's index of two flows is %.3f, want more than 0.9", jain)
	}
	if share := value(t, r, "share_with_other", "tcp"); share > 25 {
		t.Errorf("TCP keeps %.0f %% beside UDP", share)
	}
}

// offers skips where a network does not open with that congestion control.
func offers(t *testing.T, n lab.Opener, congestion string) {
	t.Helper()
	if err := n.Check(); err != nil {
		t.Skipf("network %s does not open here: %v", n.Name, err)
	}
	opened, err := n.Open(t.Context(), lab.Setup{Congestion: congestion})
	if err != nil {
		t.Skipf("network %s does not offer %s: %v", n.Name, congestion, err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestRenoOverALossyLink: the formulas of Mathis, and above 2 % of Padhye.
func TestRenoOverALossyLink(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	for name, loss := range map[string]float64{"1 %": 0.01, "3 %": 0.03} {
		t.Run(name, func(t *testing.T) {
			onBothInTime(t, "congestion", lab.Options{Seed: 1, Congestion: "reno", Quick: true}, func(c *link.Conditions) { c.Loss = loss }, func(t judge, r *lab.Result) {
				within(t, r, "bulk_reno")
				if m := r.Find("bulk_reno"); m.Expected["tcp"].Number == 0 {
					t.Errorf("nothing is expected")
				}
			})
		})
	}
}

// TestMuchLossIsRepaired: later, but all of it.
func TestMuchLossIsRepaired(t *testing.T) {
	t.Parallel()
	onBoth(t, "loss", lab.Options{Messages: 200, Seed: 1}, func(c *link.Conditions) { c.Loss = 0.2 }, func(t judge, r *lab.Result) {
		if got := value(t, r, "delivered", "tcp"); got != 100 {
			t.Errorf("TCP delivered %v %%", got)
		}
		if got := value(t, r, "retransmissions", "tcp"); got == 0 {
			t.Errorf("TCP sent nothing again")
		}
	})
}
