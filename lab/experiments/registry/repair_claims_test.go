package registry

import (
	"slices"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// found is what experiments measured: "loss.delivered.tcp": 100. What is a word
// is a word.
type found map[key]any

// verdictOn judges a claim by what was found, and what was found as a rule.
func verdictOn(t *testing.T, id string, usual, special found) result.Verdict {
	t.Helper()
	c := claimNamed(t, id)
	keys := keysOf(t, c)
	for k := range special {
		if !slices.Contains(keys, k) {
			t.Errorf("claim %s does not look at %v", id, k)
		}
	}
	verdict, _ := c.Apply(resultsOf(keys, func(k key) result.Value {
		v, ok := special[k]
		if !ok {
			v, ok = usual[k]
		}
		if !ok {
			t.Fatalf("claim %s looks at %v, of which the test says nothing", id, k)
		}
		switch v := v.(type) {
		case string:
			return result.Word(text.Phrase(v))
		case int:
			return result.Num(v)
		}
		return result.Num(v.(float64))
	}))
	return verdict
}

// claimNamed is the claim with that id.
func claimNamed(t *testing.T, id string) experiments.Claim {
	t.Helper()
	for _, e := range All() {
		for _, c := range e.Claims {
			if c.ID == id {
				return c
			}
		}
	}
	t.Fatalf("no claim %s", id)
	return experiments.Claim{}
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
	want    result.Verdict
}{
	{"reliable-data-transfer", nil, result.Holds},
	{"reliable-data-transfer", found{of("loss", "delivered", "tcp"): 99.9}, result.Refuted},
	{"reliable-data-transfer", found{of("loss", "delivered", "tcp"): 99.9, of("loss", "undelivered", "udp"): 0}, result.Refuted},
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 99.9}, result.Holds},
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 100, of("loss", "undelivered", "udp"): 0}, result.Depends},
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 100}, result.Depends}, // copies stood in
	{"reliable-data-transfer", found{of("loss", "delivered", "udp"): 100, of("loss", "retransmissions", "udp"): 1}, result.Refuted},
	{"reliable-data-transfer", found{of("loss", "delivered", "tcp"): "no connection", of("loss", "delivered", "udp"): 0}, result.Depends},

	{"not-resent", nil, result.Holds},
	{"not-resent", found{of("loss", "retransmissions", "udp"): 1}, result.Refuted},
	{"not-resent", found{of("loss", "undelivered", "udp"): 0}, result.Depends},
	{"not-resent", found{of("ordering", "out_of_order", "udp"): 0}, result.Depends},
	{"not-resent", found{of("ordering", "out_of_order", "udp"): "no reply"}, result.Depends},

	{"ip-is-unreliable", nil, result.Holds},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 0, of("loss", "retransmissions", "tcp"): 0}, result.Depends},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 9, of("loss", "retransmissions", "tcp"): 0}, result.Depends},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 10, of("loss", "retransmissions", "tcp"): 0}, result.Refuted},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 1, of("loss", "retransmissions", "tcp"): 1}, result.Holds},
	{"ip-is-unreliable", found{of("loss", "delivered", "tcp"): 99}, result.Refuted},
	{"ip-is-unreliable", found{of("loss", "undelivered", "tcp"): 1, of("loss", "retransmissions", "tcp"): 0, of("loss", "delivered", "tcp"): 99}, result.Refuted},

	{"sequence-reveals-loss", nil, result.Holds},
	{"sequence-reveals-loss", found{of("loss", "sack_packets", "tcp"): 0}, result.Refuted},
	{"sequence-reveals-loss", found{of("loss", "retransmissions", "tcp"): 0}, result.Refuted},
	{"sequence-reveals-loss", found{of("loss", "gaps", "tcp"): 1, of("loss", "sack_packets", "tcp"): 1, of("loss", "retransmissions", "tcp"): 1}, result.Holds},
	{"sequence-reveals-loss", found{of("loss", "gaps", "tcp"): 0, of("loss", "sack_packets", "tcp"): 0, of("loss", "retransmissions", "tcp"): 9}, result.Depends},
	{"sequence-reveals-loss", found{of("loss", "gaps", "tcp"): 0, of("loss", "sack_packets", "tcp"): 50, of("loss", "retransmissions", "tcp"): 0}, result.Depends}, // reordered only

	{"selective-repeat", nil, result.Holds},
	{"selective-repeat", found{of("loss", "retransmissions", "tcp"): 320}, result.Holds},
	{"selective-repeat", found{of("loss", "retransmissions", "tcp"): 321}, result.Refuted},
	{"selective-repeat", found{of("loss", "retransmissions", "tcp"): 321, of("loss", "overtaken", "tcp"): 1}, result.Holds},
	{"selective-repeat", found{of("loss", "undelivered", "tcp"): 0, of("loss", "retransmissions", "tcp"): 0}, result.Depends},
	{"selective-repeat", found{of("loss", "undelivered", "tcp"): 0, of("loss", "retransmissions", "tcp"): 9}, result.Depends},

	{"ack-needed-to-know", nil, result.Holds},
	{"ack-needed-to-know", found{of("refusal", "outcome_unconnected", "udp"): "told late"}, result.Refuted},
	{"ack-needed-to-know", found{of("loss", "told", "udp"): 1}, result.Refuted},

	{"datagram-order", nil, result.Holds},
	{"datagram-order", found{of("ordering", "out_of_order", "udp"): 0.1, of("ordering", "overtaken", "udp"): 1}, result.Holds},
	{"datagram-order", found{of("ordering", "out_of_order", "udp"): 0, of("ordering", "overtaken", "udp"): 9}, result.Depends},
	{"datagram-order", found{of("ordering", "out_of_order", "udp"): 0, of("ordering", "overtaken", "udp"): 10}, result.Depends}, // as theory says nothing

	{"stream-in-order-without-error", nil, result.Holds},
	{"stream-in-order-without-error", found{of("ordering", "out_of_order", "tcp"): 0.1}, result.Refuted},
	{"stream-in-order-without-error", found{of("corruption", "damaged", "tcp"): 1}, result.Refuted},
	{"stream-in-order-without-error", found{of("duplication", "duplicates", "tcp"): 1}, result.Refuted},
	{"stream-in-order-without-error", found{of("ordering", "overtaken", "tcp"): 0}, result.Depends},
	{"stream-in-order-without-error", found{of("corruption", "discarded", "tcp"): 0}, result.Depends},
	{"stream-in-order-without-error", found{of("duplication", "copied", "tcp"): 0}, result.Depends},
	{"stream-in-order-without-error", found{of("duplication", "copied", "tcp"): 0, of("duplication", "duplicates", "tcp"): 1}, result.Refuted},

	{"connection", nil, result.Holds},
	{"connection", found{of("setup", "packets_before_data", "tcp"): 2}, result.Holds},
	{"connection", found{of("setup", "packets_before_data", "tcp"): 1}, result.Refuted},
	{"connection", found{of("setup", "packets_before_data", "udp"): 1}, result.Refuted},
	{"connection", found{of("setup", "packets_before_data", "tcp"): "no connection"}, result.Depends},

	{"no-handshake", nil, result.Holds},
	{"no-handshake", found{of("setup", "packets_before_data", "udp"): 1}, result.Refuted},
	{"no-handshake", found{of("addressing", "has_ports", "udp"): 39}, result.Refuted},

	{"handshake-before-data", nil, result.Holds},
	{"handshake-before-data", found{of("setup", "packets_before_data", "tcp"): 2}, result.Holds},
	{"handshake-before-data", found{of("setup", "packets_before_data", "tcp"): 1}, result.Refuted},
	{"handshake-before-data", found{of("setup", "packets_before_data", "tcp"): 4}, result.Refuted},
	{"handshake-before-data", found{of("sockets", "server_sockets", "tcp"): 2}, result.Refuted},
	{"handshake-before-data", found{of("sockets", "server_sockets", "tcp"): 4}, result.Refuted},

	{"setup-learns-window-and-sequence", nil, result.Holds},
	{"setup-learns-window-and-sequence", found{of("setup", "syn_windows", "tcp"): 1}, result.Refuted},
	{"setup-learns-window-and-sequence", found{of("setup", "syn_acknowledged", "tcp"): 1}, result.Refuted},
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
	for again, want := range map[int]result.Verdict{4: result.Holds, 5: result.Depends} {
		results := resultsOf(keysOf(t, claim), func(k key) result.Value {
			return result.Num(map[string]int{"undelivered": 2, "retransmissions": again}[k.id])
		})
		results["loss"].Conditions = map[string]any{"rate": 1e5}
		if got, _ := claim.Apply(results); got != want {
			t.Errorf("2 lost, %d sent again: %s, want %s", again, got, want)
		}
	}
}

// TestOrderMustChange: where theory says that messages are out of order, none is a
// contradiction, unless next to nothing was overtaken.
func TestOrderMustChange(t *testing.T) {
	for _, c := range []struct {
		overtaken, least float64
		want             result.Verdict
	}{{10, 40, result.Refuted}, {9, 40, result.Depends}, {10, 0, result.Depends}} {
		order, overtaken := result.Row("out_of_order", "", "%"), result.Row("overtaken", "", "packets")
		order.Set("udp", result.Num(0))
		order.Expect("udp", 50, c.least, 60)
		overtaken.Set("udp", result.Num(c.overtaken))
		results := result.Results{"ordering": {Measurements: []result.Measurement{*order, *overtaken}}}
		if got, _ := claimNamed(t, "datagram-order").Apply(results); got != c.want {
			t.Errorf("%v overtaken, at least %v %% expected: %s, want %s", c.overtaken, c.least, got, c.want)
		}
	}
}
