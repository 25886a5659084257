package kernel_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/networks/kernel"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// This file holds the system's own TCP and UDP against theory's times and
// rates. They are the machine's, too: where it is busy, they are measured again.

// check holds a result against what it must be.
type check func(t labtest.Judge, r *result.Result)

// findings are complaints that are not decided upon yet.
type findings []string

func (*findings) Helper() {}

func (f *findings) Errorf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// inTime runs an experiment whose figures hang on time. What is not as it
// must be is measured again if the machine was too busy to keep the link's
// time, of which the wire is witness, and given up with a word after several.
func inTime(t *testing.T, id string, o result.Options, change func(*link.Conditions), check check) {
	t.Helper()
	const tries = 4
	o.Size = 512
	var found findings
	for range tries {
		found = nil
		r := measure(t, id, o, change)
		check(&found, r)
		switch {
		case len(found) == 0:
			return
		case !r.Disturbed:
			t.Fatal(strings.Join(found, "\n"))
		}
		t.Logf("again, because %v: %v", r.Warnings, found)
	}
	t.Skipf("the machine was too busy %d times", tries)
}

// atFullSpeed skips what measures time or speed where packets are slowed.
func atFullSpeed(t *testing.T) {
	t.Helper()
	if slowed {
		t.Skip("the race detector slows packets, so times and rates are not theory's")
	}
}

// timed are the experiments whose expectations are times or rates.
var timed = []string{"setup", "throughput", "flow", "congestion", "fairness", "blocking"}

// TestAsTheoryExpects runs every experiment on the wire under its own
// conditions: whatever theory says of a measurement must be so.
func TestAsTheoryExpects(t *testing.T) {
	t.Parallel()
	for _, e := range registry.All() {
		if e.Place != experiments.OnWire {
			continue
		}
		t.Run(e.ID, func(t *testing.T) {
			if slices.Contains(timed, e.ID) {
				atFullSpeed(t)
			}
			t.Parallel()
			inTime(t, e.ID, result.Options{Messages: 200, Seed: 1, Quick: e.ID != "fairness"}, nil, labtest.AsTheoryExpects)
		})
	}
}

// TestTheSameSeedTheSameLosses: the same seed loses the same datagrams.
func TestTheSameSeedTheSameLosses(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var delivered []float64
	for range 2 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			inTime(t, "loss", result.Options{Messages: 300, Seed: 7}, nil, func(t labtest.Judge, r *result.Result) {
				labtest.Within(t, r, "delivered")
				if r.Disturbed {
					t.Errorf("some of the lost may only have been late")
					return
				}
				mu.Lock()
				defer mu.Unlock()
				delivered = append(delivered, labtest.Value(t, r, "delivered", "udp"))
				if delivered[0] != delivered[len(delivered)-1] {
					t.Errorf("UDP delivered %v %% with the same seed", delivered)
				}
			})
		})
	}
}

func TestNothingIsLostWithoutLoss(t *testing.T) {
	t.Parallel()
	lossless := func(c *link.Conditions) { c.Loss = 0 }
	inTime(t, "loss", result.Options{Messages: 100, Seed: 1}, lossless, func(t labtest.Judge, r *result.Result) {
		for _, transport := range transports.Transports() {
			labtest.Near(t, r, "delivered", transport.Name, 100, 0)
			labtest.Near(t, r, "injected", transport.Name, 0, 0)
		}
	})
}

func TestOneLossHoldsUpTheStream(t *testing.T) {
	t.Parallel()
	inTime(t, "blocking", result.Options{Messages: 100, Seed: 1}, nil, func(t labtest.Judge, r *result.Result) {
		for _, id := range []string{"held_up", "missing"} {
			labtest.Within(t, r, id)
		}
		if gap := labtest.Value(t, r, "worst_gap", "tcp"); gap < 20 {
			t.Errorf("the stream stood still for %v ms, want at least a round trip of 20 ms", gap)
		}
	})
}

func TestASlowReader(t *testing.T) {
	t.Parallel()
	inTime(t, "flow", result.Options{Messages: 200, Seed: 1}, nil, func(t labtest.Judge, r *result.Result) {
		if waited := labtest.Value(t, r, "sender_waited", "tcp"); waited <= 0 {
			t.Errorf("TCP's sender never waited")
		}
		lost, overflow := labtest.Value(t, r, "lost", "udp"), labtest.Value(t, r, "lost_overflow", "udp")
		if lost <= 0 || overflow != lost {
			t.Errorf("UDP lost %v messages, %v of them to a full buffer", lost, overflow)
		}
		labtest.Within(t, r, "delivered")
	})
}

// TestSetUpTakesARoundTrip: theory's own figures, in round trips.
func TestSetUpTakesARoundTrip(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	inTime(t, "setup", result.Options{Messages: 1, Seed: 1, Quick: true}, nil, func(t labtest.Judge, r *result.Result) {
		const nearly = 0.15 // of a round trip
		labtest.Near(t, r, "connect_rtts", "tcp", 1, nearly)
		labtest.Near(t, r, "connect_rtts", "udp", 0, nearly)
		labtest.Near(t, r, "first_reply_rtts", "tcp", 2, 2*nearly)
		labtest.Near(t, r, "first_reply_rtts", "udp", 1, nearly)
		if got := labtest.Value(t, r, "connect_lost_syn", "tcp"); got < 1010 || got > 2020 {
			t.Errorf("connecting took %.0f ms with the SYN lost, want one timeout of a second and a round trip", got)
		}
	})
}

// TestTCPFillsTheLink, and UDP overfills it.
func TestTCPFillsTheLink(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	inTime(t, "congestion", result.Options{Seed: 1, Quick: true}, nil, func(t labtest.Judge, r *result.Result) {
		goodput, lost := labtest.Value(t, r, "goodput", "tcp"), labtest.Value(t, r, "queue_loss", "tcp")
		if goodput < 8 || goodput > 10 || lost >= 5 {
			t.Errorf("TCP: %.2f Mbit/s of 10, %.1f %% lost at the queue", goodput, lost)
		}
		goodput, lost = labtest.Value(t, r, "goodput", "udp"), labtest.Value(t, r, "queue_loss", "udp")
		if goodput > 10 || lost < 40 || lost > 60 {
			t.Errorf("UDP: %.2f Mbit/s of 10, %.1f %% lost at the queue", goodput, lost)
		}
	})
}

// TestFlowsShare: every congestion control shares with itself, and none of
// them beside a flow that never yields.
//
// A full queue may drop packets of one of two flows only. That one yields to beta
// of its window, and both fill the room again alike, so that it keeps (1+beta)/2
// of its share: 0.85 with CUBIC (RFC 9438). Five times in a row leave it 22 %, an
// index of 0.76; a flow that starves has an index of 0.5.
func TestFlowsShare(t *testing.T) {
	const leastJain = 0.76
	atFullSpeed(t)
	t.Parallel()
	for _, congestion := range []string{"reno", "cubic", "bbr"} {
		t.Run(congestion, func(t *testing.T) {
			offers(t, congestion)
			t.Parallel()
			inTime(t, "fairness", result.Options{Seed: 1, Congestion: congestion}, nil, func(t labtest.Judge, r *result.Result) {
				if jain := labtest.Value(t, r, "jain", "tcp"); jain <= leastJain {
					t.Errorf("Jain's index of two flows is %.3f, want more than %v", jain, leastJain)
				}
				if share := labtest.Value(t, r, "share_with_other", "tcp"); share > 25 {
					t.Errorf("TCP keeps %.0f %% beside UDP", share)
				}
			})
		})
	}
}

// offers skips where the system does not offer that congestion control.
func offers(t *testing.T, congestion string) {
	t.Helper()
	opens(t)
	opened, err := kernel.Open(t.Context(), testbed.NetworkConfig{Congestion: congestion})
	if err != nil {
		t.Skipf("this system does not offer %s: %v", congestion, err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestRenoOverALossyLink: the formulas of Mathis, and above 2 % of Padhye.
func TestRenoOverALossyLink(t *testing.T) {
	atFullSpeed(t)
	t.Parallel()
	for _, loss := range []float64{0.01, 0.03} {
		t.Run(fmt.Sprint(loss), func(t *testing.T) {
			t.Parallel()
			o := result.Options{Seed: 1, Congestion: "reno", Quick: true}
			inTime(t, "congestion", o, func(c *link.Conditions) { c.Loss = loss }, func(t labtest.Judge, r *result.Result) {
				labtest.Within(t, r, "bulk_reno")
				if m := r.Find("bulk_reno"); m.Expected["tcp"].Number == 0 {
					t.Errorf("nothing is expected")
				}
			})
		})
	}
}
