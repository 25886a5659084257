package experiments

import (
	"slices"
	"testing"

	"echolab/lab"
)

// found is what experiments measured: "loss.delivered.tcp": 100. What is a word
// is a word.
type found map[key]any

// verdictOn judges a claim by what was found, and what was found as a rule.
func verdictOn(t *testing.T, id string, usual, special found) lab.Verdict {
	t.Helper()
	c := claimNamed(t, id)
	keys := keysOf(t, c)
	for k := range special {
		if !slices.Contains(keys, k) {
			t.Errorf("claim %s does not look at %v", id, k)
		}
	}
	verdict, _ := c.Judge(resultsOf(keys, func(k key) lab.Value {
		v, ok := special[k]
		if !ok {
			v, ok = usual[k]
		}
		if !ok {
			t.Fatalf("claim %s looks at %v, of which the test says nothing", id, k)
		}
		switch v := v.(type) {
		case string:
			return lab.Word(v)
		case int:
			return lab.Num(v)
		}
		return lab.Num(v.(float64))
	}))
	return verdict
}

// claimNamed is the claim with that id.
func claimNamed(t *testing.T, id string) lab.Claim {
	t.Helper()
	for _, e := range All() {
		for _, c := range e.Claims {
			if c.ID == id {
				return c
			}
		}
	}
	t.Fatalf("no claim %s", id)
	return lab.Claim{}
}

func of(experiment, id, transport string) key { return key{experiment, id, transport} }

// usual is what the experiments of this file find under their own conditions.
var usual = found{
	of("loss", "delivered", "tcp"): 100, of("loss", "delivered", "udp"): 81,
	of("loss", "undelivered", "tcp"): 160, of("loss", "undelivered", "udp"): 190,
	of("loss", "retransmissions", "tcp"): 110, of("loss", "retransmissions", "udp"): 0,
	of("loss", "overtaken", "tcp"): 0, of("loss", "gaps", "tcp"): 70, of("loss", "sack_packets", "tcp"): 800,
	of("loss", "told", "udp"): 0, of("refusal", "outcome_unconnected", "udp"): "never told",
	of("ordering", "out_of_order", "tcp"): 0, of("ordering", "out_of_order", "udp"): 58.7,
	of("ordering", "overtaken", "tcp"): 400, of("ordering", "overtaken", "udp"): 900,
	of("corruption", "damaged", "tcp"): 0, of("corruption", "discarded", "tcp"): 95,
	of("duplication", "duplicates", "tcp"): 0, of("duplication", "copied", "tcp"): 300,
	of("setup", "packets_before_data", "tcp"): 3, of("setup", "packets_before_data", "udp"): 0,
	of("setup", "syn_windows", "tcp"): 2, of("setup", "syn_acknowledged", "tcp"): 2,
	of("addressing", "has_ports", "udp"): 40, of("addressing", "packets", "udp"): 40,
	of("sockets", "server_sockets", "tcp"): 3,
}

// repairCases are both sides of every bound of the rules about repair and set-up:
// what differs from the usual, and what follows.
var repairCases = []struct {
	claim   string
	special found
	want    lab.Verdict
}{
	{"reliable-data-transfer", nil, lab.Holds},
	{"reliable-data-transfer", found{of("loss", "delivered", "tcp"): 99.9}, lab.Refuted},
	{"reliable-data-transfer", found{of("loss", "delivered", "tcp"): 99.9, of("loss", "undelivered", "udp"): 0}, lab.Refuted},
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 99.9}, lab.Holds},
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 100, of("loss", "undelivered", "udp"): 0}, lab.Depends},
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 100}, lab.Depends}, // copies stood in
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 100, of("loss", "retransmissions", "udp"): 1}, lab.Refuted},
	{"reliable-data-transfer", found{of("loss", "delivered", "tcp"): "no connection", of("loss", "delivered", "udp"): 0}, lab.Depends},

	{"not-resent", nil, lab.Holds},
	{"not-resent", found{of("loss", "retransmissions", "udp"): 1}, lab.Refuted},
	{"not-resent", found{of("loss", "undelivered", "udp"): 0}, lab.Depends},
	{"not-resent", found{of("ordering", "out_of_order", "udp"): 0}, lab.Depends},
	{"not-resent", found{of("ordering", "out_of_order", "udp"): "no reply"}, lab.Depends},

	{"ip-is-unreliable", nil, lab.Holds},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 0, of("loss", "retransmissions", "tcp"): 0}, lab.Depends},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 9, of("loss", "retransmissions", "tcp"): 0}, lab.Depends},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 10, of("loss", "retransmissions", "tcp"): 0}, lab.Refuted},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 1, of("loss", "retransmissions", "tcp"): 1}, lab.Holds},
	{"ip-is-unreliable", found{of("loss", "delivered", "tcp"): 99}, lab.Refuted},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 1, of("loss", "retransmissions", "tcp"): 0, of("loss", "delivered", "tcp"): 99}, lab.Refuted},

	{"sequence-reveals-loss", nil, lab.Holds},
	{"sequence-reveals-loss", found{of("loss", "sack_packets", "tcp"): 0}, lab.Refuted},
	{"sequence-reveals-loss", found{of("loss", "retransmissions", "tcp"): 0}, lab.Refuted},
	{"sequence-reveals-loss", found{of("loss", "gaps", "tcp"): 1, of("loss", "sack_packets", "tcp"): 1, of("loss", "retransmissions", "tcp"): 1}, lab.Holds},
	{"sequence-reveals-loss", found{of("loss", "gaps", "tcp"): 0, of("loss", "sack_packets", "tcp"): 0, of("loss", "retransmissions", "tcp"): 9}, lab.Depends},
	{"sequence-reveals-loss", found{of("loss", "gaps", "tcp"): 0, of("loss", "sack_packets", "tcp"): 50, of("loss", "retransmissions", "tcp"): 0}, lab.Depends}, // reordered only

	{"selective-repeat", nil, lab.Holds},
	{"selective-repeat", found{of("loss", "retransmissions", "tcp"): 320}, lab.Holds},
	{"selective-repeat", found{of("loss", "retransmissions", "tcp"): 321}, lab.Refuted},
	{"selective-repeat", found{of("loss", "retransmissions", "tcp"): 321, of("loss", "overtaken", "tcp"): 1}, lab.Holds},
	{"selective-repeat", found{of("loss", "undelivered", "tcp"): 0, of("loss", "retransmissions", "tcp"): 0}, lab.Depends},
	{"selective-repeat", found{of("loss", "undelivered", "tcp"): 0, of("loss", "retransmissions", "tcp"): 9}, lab.Depends},

	{"ack-needed-to-know", nil, lab.Holds},
	{"ack-needed-to-know", found{of("refusal", "outcome_unconnected", "udp"): "told late"}, lab.Refuted},
	{"ack-needed-to-know", found{of("loss", "told", "udp"): 1}, lab.Refuted},

	{"datagram-order", nil, lab.Holds},
	{"datagram-order", found{of("ordering", "out_of_order", "udp"): 0.1, of("ordering", "overtaken", "udp"): 1}, lab.Holds},
	{"datagram-order", found{of("ordering", "out_of_order", "udp"): 0, of("ordering", "overtaken", "udp"): 9}, lab.Depends},
	{"datagram-order", found{of("ordering", "out_of_order", "udp"): 0, of("ordering", "overtaken", "udp"): 10}, lab.Depends}, // as theory says nothing

	{"stream-in-order-without-error", nil, lab.Holds},
	{"stream-in-order-without-error", found{of("ordering", "out_of_order", "tcp"): 0.1}, lab.Refuted},
	{"stream-in-order-without-error", found{of("corruption", "damaged", "tcp"): 1}, lab.Refuted},
	{"stream-in-order-without-error", found{of("duplication", "duplicates", "tcp"): 1}, lab.Refuted},
	{"stream-in-order-without-error", found{of("ordering", "overtaken", "tcp"): 0}, lab.Depends},
	{"stream-in-order-without-error", found{of("corruption", "discarded", "tcp"): 0}, lab.Depends},
	{"stream-in-order-without-error", found{of("duplication", "copied", "tcp"): 0}, lab.Depends},
	{"stream-in-order-without-error", found{of("duplication", "copied", "tcp"): 0, of("duplication", "duplicates", "tcp"): 1}, lab.Refuted},

	{"connection", nil, lab.Holds},
	{"connection", found{of("setup", "packets_before_data", "tcp"): 2}, lab.Holds},
	{"connection", found{of("setup", "packets_before_data", "tcp"): 1}, lab.Refuted},
	{"connection", found{of("setup", "packets_before_data", "udp"): 1}, lab.Refuted},
	{"connection", found{of("setup", "packets_before_data", "tcp"): "no connection"}, lab.Depends},

	{"no-handshake", nil, lab.Holds},
	{"no-handshake", found{of("setup", "packets_before_data", "udp"): 1}, lab.Refuted},
	{"no-handshake", found{of("addressing", "has_ports", "udp"): 39}, lab.Refuted},

	{"handshake-before-data", nil, lab.Holds},
	{"handshake-before-data", found{of("setup", "packets_before_data", "tcp"): 2}, lab.Holds},
	{"handshake-before-data", found{of("setup", "packets_before_data", "tcp"): 1}, lab.Refuted},
	{"handshake-before-data", found{of("setup", "packets_before_data", "tcp"): 4}, lab.Refuted},
	{"handshake-before-data", found{of("sockets", "server_sockets", "tcp"): 2}, lab.Refuted},
	{"handshake-before-data", found{of("sockets", "server_sockets", "tcp"): 4}, lab.Refuted},

	{"setup-learns-window-and-sequence", nil, lab.Holds},
	{"setup-learns-window-and-sequence", found{of("setup", "syn_windows", "tcp"): 1}, lab.Refuted},
	{"setup-learns-window-and-sequence", found{of("setup", "syn_acknowledged", "tcp"): 1}, lab.Refuted},
}

// TestRulesOfRepair holds the rule of every claim about repair and set-up from both
// sides of each of its bounds.
func TestRulesOfRepair(t *testing.T) {
	for _, c := range repairCases {
		if got := verdictOn(t, c.claim, usual, c.special); got != c.want {
			t.Errorf("%s, where %v: %s, want %s", c.claim, c.special, got, c.want)
		}
	}
}

// TestRepeatsBehindAQueue: what waits for a rate TCP's timer takes for lost, so
// that nothing follows of packets that were sent again.
func TestRepeatsBehindAQueue(t *testing.T) {
	claim := claimNamed(t, "selective-repeat")
	for again, want := range map[int]lab.Verdict{4: lab.Holds, 5: lab.Depends} {
		results := resultsOf(keysOf(t, claim), func(k key) lab.Value {
			return lab.Num(map[string]int{"undelivered": 2, "retransmissions": again}[k.id])
		})
		results["loss"].Conditions = map[string]any{"rate": 1e5}
		if got, _ := claim.Judge(results); got != want {
			t.Errorf("2 lost, %d sent again: %s, want %s", again, got, want)
		}
	}
}

// TestOrderMustChange: where theory says that messages are out of order, none is a
// contradiction, unless next to nothing was overtaken.
func TestOrderMustChange(t *testing.T) {
	for _, c := range []struct {
		overtaken, least float64
		want             lab.Verdict
	}{{10, 40, lab.Refuted}, {9, 40, lab.Depends}, {10, 0, lab.Depends}} {
		order, overtaken := lab.Row("out_of_order", "", "%"), lab.Row("overtaken", "", "packets")
		order.Set("udp", lab.Num(0))
		order.Expect("udp", 50, c.least, 60)
		overtaken.Set("udp", lab.Num(c.overtaken))
		results := lab.Results{"ordering": {Measurements: []lab.Measurement{*order, *overtaken}}}
		if got, _ := claimNamed(t, "datagram-order").Judge(results); got != c.want {
			t.Errorf("%v overtaken, at least %v %% expected: %s, want %s", c.overtaken, c.least, got, c.want)
		}
	}
}
