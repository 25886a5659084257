package registry_test

import (
	"slices"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/packet"
)

// ids are the experiments and measurements that checks elsewhere rely on.
var ids = map[string][]string{
	"setup":       {"connect", "connect_rtts", "first_reply_rtts", "packets_before_data"},
	"latency":     {"rtt_p50", "rtt_p99"},
	"throughput":  {"goodput", "lost", "efficiency", "transfer_10k", "transfer_100k", "transfer_1m"},
	"overrun":     {"offered", "arrived", "lost_to_full_buffer"},
	"capacity":    {"loss_free_rate", "loss_free_messages"},
	"loss":        {"delivered", "injected", "retransmissions", "rtt_p50", "rtt_p99", "lost_injected", "lost_overflow", "lost_late", "lost_unexplained"},
	"ordering":    {"out_of_order"},
	"duplication": {"duplicates"},
	"corruption":  {"damaged", "discarded", "delivered"},
	"boundaries":  {"writes", "reads", "truncated"},
	"size":        {"largest", "beyond"},
	"flow":        {"delivered", "lost", "sender_waited"},
	"congestion":  {"sent", "goodput", "queue_loss"},
	"fairness":    {"share_with_same", "share_with_other", "jain"},
	"blocking":    {"held_up", "worst_gap"},
	"cast":        {"unicast", "broadcast", "multicast"},
	"concurrency": {"wait_iterative", "wait_concurrent"},
	"sockets":     {"server_sockets", "server_ports"},
	"backlog":     {"connected_before_accept", "refused_or_waiting"},
	"refusal":     {"outcome", "told_after"},
	"close":       {"packets_to_close", "peer_notices", "waits_after"},
	"overhead":    {"header_bytes", "packets_per_echo", "efficiency"},
	"nagle":       {"packets"},
	"addressing":  {"has_ports", "checksum_valid"},
}

// claims are the ids of everything that the documents claim.
var claims = []string{
	"addresses-and-checksum", "connection", "reliable-data-transfer", "flow-and-congestion-control", "data-transfer-rate", "cast",
	"sends-unasked", "not-resent", "overflow-is-lost", "server-steps", "client-steps", "any-address", "one-at-a-time", "four-layers",
	"ip-is-unreliable", "connect-needs-listen", "backlog-bounds-waiting", "connect-before-accept", "client-needs-no-bind",
	"accept-makes-a-socket", "accept-blocks", "listen-state", "no-message-boundaries", "five-clients", "hello-server",
	"same-port-many-clients", "socket-is-protocol-ip-port", "listen-means-max-clients", "threads-serve-many", "recv-needs-a-size",
	"closed-socket-errors", "datagram-is-one-way", "datagram-order", "datagram-is-light", "ack-needed-to-know", "stream-is-two-way",
	"arrival-known-at-once", "stream-in-order-without-error", "no-handshake", "server-may-change-data", "idle-client-blocks",
	"application-protocol", "setup-learns-window-and-sequence", "window-limits-sender", "sequence-reveals-loss", "closer-waits",
	"selective-repeat", "two-clients-three-sockets", "one-client-many-sessions", "handshake-before-data", "somaxconn-is-4096",
	"five-twelve-chunks",
}

func TestEveryExperimentIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range registry.All() {
		if seen[e.ID] {
			t.Errorf("experiment %s is there twice", e.ID)
		}
		seen[e.ID] = true
		for what, missing := range map[string]bool{
			"title": e.Title.IsZero(), "question": e.Question.IsZero(), "method": e.Method.IsZero() || e.Run == nil, "explanation": e.Why.IsZero(),
			"packets": len(e.Steps) == 0, "theory": len(e.Theory) == 0, "references": len(e.References) == 0, "next command": e.Try == "",
		} {
			if missing {
				t.Errorf("experiment %s has no %s", e.ID, what)
			}
		}
		if err := e.Conditions.Validate(); err != nil {
			t.Errorf("experiment %s: %v", e.ID, err)
		}
	}
	for id := range ids {
		if !seen[id] {
			t.Errorf("experiment %s is missing", id)
		}
	}
}

// TestEveryWireHasALesson: whatever runs over a wire says what to look at there,
// and by what it can be found.
func TestEveryWireHasALesson(t *testing.T) {
	for _, e := range registry.All() {
		if e.Place == experiments.OnWire && e.Caption.IsZero() {
			t.Errorf("experiment %s does not say what to look at among its packets", e.ID)
		}
		for _, s := range e.Lesson.Shows {
			if !slices.Contains(packet.Sights(), s) {
				t.Errorf("experiment %s shows %q, which nobody can find", e.ID, s)
			}
		}
	}
}

func TestEveryClaimIsJudgedOnce(t *testing.T) {
	judged := map[string]int{}
	ids := map[string]bool{}
	for _, e := range registry.All() {
		ids[e.ID] = true
	}
	for _, e := range registry.All() {
		for _, c := range e.Claims {
			judged[c.ID]++
			if c.Statement == "" || len(c.Source) == 0 || c.Rule == "" || c.Judge == nil || len(c.Experiments) == 0 {
				t.Errorf("claim %s is not whole", c.ID)
			}
			for _, id := range c.Experiments {
				if !ids[id] {
					t.Errorf("claim %s needs the experiment %s, which does not exist", c.ID, id)
				}
			}
		}
	}
	for _, id := range claims {
		if judged[id] != 1 {
			t.Errorf("claim %s is judged %d times, want once", id, judged[id])
		}
	}
	if len(judged) != len(claims) {
		t.Errorf("%d claims are judged, the documents make %d", len(judged), len(claims))
	}
}
