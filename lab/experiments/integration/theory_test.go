package integration

import (
	"testing"
	"time"

	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/transports"
)

// asItIs is an experiment under its own conditions, and with the machine's own
// congestion control, which is named for the tests that compare several.
func asItIs(id string) job {
	return job{id: id, options: result.Options{Messages: 200, Seed: 1, Quick: true, Congestion: "cubic"}}
}

// with is the experiment under conditions of the test's own.
func (j job) with(change func(*link.Conditions)) job {
	j.change = change
	return j
}

// small are the experiments that the short tests run.
var small = map[string]bool{"setup": true, "loss": true}

// TestAsTheoryExpects runs every experiment that the network carries under its
// own conditions: whatever theory says of a measurement must be so.
func TestAsTheoryExpects(t *testing.T) {
	t.Parallel()
	for _, e := range registry.All() {
		if e.FitsOn(machine.Driver()) != nil {
			continue
		}
		t.Run(e.ID, func(t *testing.T) {
			if !small[e.ID] {
				takesLong(t)
			}
			t.Parallel()
			labtest.AsTheoryExpects(t, asItIs(e.ID).result(t))
		})
	}
}

// TestSetUpTakesARoundTrip: theory's own figures, to two decimals.
func TestSetUpTakesARoundTrip(t *testing.T) {
	t.Parallel()
	r := asItIs("setup").result(t)
	const twoDecimals = 0.005
	labtest.Near(t, r, "connect_rtts", "tcp", 1, twoDecimals)
	labtest.Near(t, r, "connect_rtts", "udp", 0, twoDecimals)
	labtest.Near(t, r, "first_reply_rtts", "tcp", 2, twoDecimals)
	labtest.Near(t, r, "first_reply_rtts", "udp", 1, twoDecimals)
	labtest.Near(t, r, "connect_lost_syn", "tcp", 1000+20, 1) // ms: one timeout and one round trip
}

func TestNothingIsLostWithoutLoss(t *testing.T) {
	t.Parallel()
	r := asItIs("loss").with(func(c *link.Conditions) { c.Loss = 0 }).result(t)
	for _, transport := range transports.Transports() {
		labtest.Near(t, r, "delivered", transport.Name, 100, 0)
		labtest.Near(t, r, "injected", transport.Name, 0, 0)
	}
}

// TestLossIsRepaired: however much is lost and however long the way, TCP
// delivers all of it, if late.
func TestLossIsRepaired(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for words, change := range map[string]func(*link.Conditions){
		"loss 20 %": func(c *link.Conditions) { c.Loss = 0.2 },
		"delay 2 s": func(c *link.Conditions) { c.Delay = 2 * time.Second },
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			r := asItIs("loss").with(change).result(t)
			labtest.Near(t, r, "delivered", "tcp", 100, 0)
			if got := labtest.Value(t, r, "retransmissions", "tcp"); got == 0 {
				t.Errorf("TCP sent nothing again")
			}
		})
	}
}

func TestOrder(t *testing.T) {
	takesLong(t)
	t.Parallel()
	r := asItIs("ordering").result(t)
	tcp, udp := labtest.Value(t, r, "out_of_order", "tcp"), labtest.Value(t, r, "out_of_order", "udp")
	if tcp != 0 || udp <= 5 {
		t.Errorf("out of order: TCP %v %%, UDP %v %%; want 0 and above 5", tcp, udp)
	}
}

func TestNothingDamagedIsDelivered(t *testing.T) {
	takesLong(t)
	t.Parallel()
	r := asItIs("corruption").result(t)
	for _, transport := range transports.Transports() {
		labtest.Near(t, r, "damaged", transport.Name, 0, 0)
		labtest.Near(t, r, "lost_unexplained", transport.Name, 0, 0)
	}
}

// TestOneLossHoldsUpTheStream: on every path, and whichever side's packet is lost,
// for a round trip and the time of three segments.
func TestOneLossHoldsUpTheStream(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for words, c := range map[string]struct {
		change     func(*link.Conditions)
		rtt, every float64 // ms, every from message to message: at most 200 a round trip
	}{
		"as it is":     {func(*link.Conditions) {}, 20, 2},
		"delay 50 ms":  {func(c *link.Conditions) { c.Delay = 50 * time.Millisecond }, 100, 2},
		"delay 300 ms": {func(c *link.Conditions) { c.Delay = 300 * time.Millisecond }, 600, 3},
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			r := asItIs("blocking").with(c.change).result(t)
			labtest.AsTheoryExpects(t, r)
			for _, id := range []string{"held_up", "worst_gap"} {
				if _, ok := r.Find(id).Expected["tcp"]; !ok {
					t.Errorf("of %s nothing is expected", id)
				}
			}
			if gap := labtest.Value(t, r, "worst_gap", "tcp"); gap < c.rtt || gap > 1.25*c.rtt+4*c.every {
				t.Errorf("the stream stood still for %v ms, want one round trip of %v ms and four messages", gap, c.rtt)
			}
			labtest.Near(t, r, "worst_gap", "udp", 2*c.every, 0.1)
		})
	}
}

// TestNoConnectionIsAResult: TCP has none, and UDP its figures.
func TestNoConnectionIsAResult(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for _, id := range []string{"setup", "loss", "ordering", "duplication", "corruption"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			r := asItIs(id).with(func(c *link.Conditions) { c.Loss = 1 }).result(t)
			labtest.AsTheoryExpects(t, r)
			first := r.Measurements[0]
			if first.Values["tcp"] != result.Word("no connection") {
				t.Errorf("%s of TCP is %v", first.ID, first.Values["tcp"])
			}
			if _, ok := first.Values["udp"]; !ok {
				t.Errorf("%s has no %s of UDP", id, first.ID)
			}
		})
	}
}

// TestCopiesStandIn: where packets are lost or damaged, and copied, too.
func TestCopiesStandIn(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for id, change := range map[string]func(*link.Conditions){
		"loss":        func(c *link.Conditions) { c.Loss, c.Duplicate = 0.2, 1 },
		"corruption":  func(c *link.Conditions) { c.Corrupt, c.Duplicate = 0.2, 1 },
		"duplication": func(c *link.Conditions) { c.Loss, c.Duplicate = 0.2, 0.5 },
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			r := asItIs(id).with(change).result(t)
			labtest.AsTheoryExpects(t, r)
			if _, ok := r.Find("delivered").Expected["udp"]; !ok {
				t.Errorf("nothing is expected of UDP")
			}
		})
	}
}

// TestFragments: theory for messages of several packets.
func TestFragments(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for _, id := range []string{"loss", "ordering", "duplication"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			j := asItIs(id)
			j.options.Size = 4000
			if id == "ordering" { // all three fragments have to skip the delay
				j = j.with(func(c *link.Conditions) { c.Reorder = 0.6 })
			}
			r := j.result(t)
			labtest.AsTheoryExpects(t, r)
			if first := r.Measurements[0]; len(first.Expected) != 2 {
				t.Errorf("of %s %v is expected", first.ID, first.Expected)
			}
		})
	}
}

func TestASlowReader(t *testing.T) {
	takesLong(t)
	t.Parallel()
	r := asItIs("flow").result(t)
	if waited := labtest.Value(t, r, "sender_waited", "tcp"); waited <= 0 {
		t.Errorf("TCP's sender never waited")
	}
	lost, overflow := labtest.Value(t, r, "lost", "udp"), labtest.Value(t, r, "lost_overflow", "udp")
	if lost <= 0 || overflow != lost {
		t.Errorf("UDP lost %v messages, %v of them to a full buffer", lost, overflow)
	}
	labtest.Near(t, r, "delivered", "tcp", 100, 0)
}
