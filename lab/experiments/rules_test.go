package experiments

import (
	"fmt"
	"strings"
	"testing"

	"echolab/lab"
)

// ruled is one case of a claim's rule: measurements by experiment.row.transport,
// and what follows of them.
type ruled struct {
	claim string
	given map[string]any
	want  lab.Verdict
}

// ruledCases are both sides of every bound of the rules about sockets, packets
// and rates. Those about repair and set-up are repairCases.
var ruledCases = []ruled{
	{"no-message-boundaries", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "boundaries.reads_large.tcp": 2}, lab.Holds},
	{"no-message-boundaries", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 10, "boundaries.reads_large.tcp": 2}, lab.Refuted},
	{"no-message-boundaries", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "boundaries.reads_large.tcp": 1}, lab.Refuted},
	{"recv-needs-a-size", map[string]any{"boundaries.truncated.tcp": 0, "boundaries.truncated.udp": 1}, lab.Holds},
	{"recv-needs-a-size", map[string]any{"boundaries.truncated.tcp": 1, "boundaries.truncated.udp": 50}, lab.Refuted},
	{"recv-needs-a-size", map[string]any{"boundaries.truncated.tcp": 0, "boundaries.truncated.udp": 0}, lab.Refuted},
	{"stream-is-two-way", map[string]any{"boundaries.came_back.tcp": 1000}, lab.Holds},
	{"stream-is-two-way", map[string]any{"boundaries.came_back.tcp": 999}, lab.Refuted},
	{"datagram-is-one-way", map[string]any{"boundaries.came_back.udp": 0}, lab.Holds},
	{"datagram-is-one-way", map[string]any{"boundaries.came_back.udp": 1}, lab.Refuted},
	{"application-protocol", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "loss.delivered.tcp": 100}, lab.Holds},
	{"application-protocol", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 10, "loss.delivered.tcp": 100}, lab.Refuted},
	{"application-protocol", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "loss.delivered.tcp": 99.9}, lab.Refuted},

	{"addresses-and-checksum", addresses(20, 20, 0), lab.Holds},
	{"addresses-and-checksum", addresses(19, 20, 0), lab.Refuted},
	{"addresses-and-checksum", addresses(20, 19, 0), lab.Refuted},
	{"addresses-and-checksum", addresses(20, 20, 1), lab.Refuted},
	{"socket-is-protocol-ip-port", map[string]any{"addressing.has_ports.tcp": 20, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 1}, lab.Holds},
	{"socket-is-protocol-ip-port", map[string]any{"addressing.has_ports.tcp": 19, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 1}, lab.Refuted},
	{"socket-is-protocol-ip-port", map[string]any{"addressing.has_ports.tcp": 20, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 0}, lab.Refuted},
	{"cast", casts("network is unreachable", "permission denied", 2, 2), lab.Holds},
	{"cast", casts(1, "permission denied", 3, 3), lab.Refuted},
	{"cast", casts("network is unreachable", 1, 3, 3), lab.Refuted},
	{"cast", casts("network is unreachable", "permission denied", 1, 3), lab.Refuted},
	{"cast", casts("network is unreachable", "permission denied", 3, 1), lab.Refuted},

	{"closed-socket-errors", map[string]any{"close.closed_socket.tcp": "error", "close.closed_socket.udp": "error"}, lab.Holds},
	{"closed-socket-errors", map[string]any{"close.closed_socket.tcp": "no error", "close.closed_socket.udp": "error"}, lab.Refuted},
	{"closed-socket-errors", map[string]any{"close.closed_socket.tcp": "error", "close.closed_socket.udp": "no error"}, lab.Refuted},
	{"arrival-known-at-once", write(4.9, 5, 10), lab.Refuted},
	{"arrival-known-at-once", write(5, 5, 10), lab.Depends},
	{"arrival-known-at-once", write(9.9, 5, 10), lab.Depends},
	{"arrival-known-at-once", write(10, 5, 10), lab.Holds},
	{"closer-waits", map[string]any{"close.waits_after.tcp": "TIME-WAIT"}, lab.Holds},
	{"closer-waits", map[string]any{"close.waits_after.tcp": "nothing"}, lab.Refuted},

	{"server-steps", map[string]any{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 3, "sockets.sockets_after_close.tcp": 0}, lab.Holds},
	{"server-steps", map[string]any{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 2, "sockets.sockets_after_close.tcp": 0}, lab.Refuted},
	{"server-steps", map[string]any{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 3, "sockets.sockets_after_close.tcp": 1}, lab.Refuted},
	{"client-steps", map[string]any{"sockets.sessions.tcp": 2, "sockets.sockets_after_close.tcp": 0}, lab.Holds},
	{"client-steps", map[string]any{"sockets.sessions.tcp": 1, "sockets.sockets_after_close.tcp": 0}, lab.Refuted},
	{"client-steps", map[string]any{"sockets.sessions.tcp": 2, "sockets.sockets_after_close.tcp": 1}, lab.Refuted},
	{"any-address", map[string]any{"sockets.any_address.tcp": 2}, lab.Holds},
	{"any-address", map[string]any{"sockets.any_address.tcp": 1}, lab.Depends},
	{"any-address", map[string]any{"sockets.any_address.tcp": 0}, lab.Refuted},
	{"client-needs-no-bind", map[string]any{"sockets.client_ports.tcp": 2}, lab.Holds},
	{"client-needs-no-bind", map[string]any{"sockets.client_ports.tcp": 1}, lab.Refuted},
	{"accept-makes-a-socket", map[string]any{"sockets.server_sockets.tcp": 3, "sockets.states.tcp": "LISTEN, 2 ESTABLISHED"}, lab.Holds},
	{"accept-makes-a-socket", map[string]any{"sockets.server_sockets.tcp": 1, "sockets.states.tcp": "LISTEN"}, lab.Refuted},
	{"listen-state", map[string]any{"sockets.states.tcp": "LISTEN, 2 ESTABLISHED"}, lab.Holds},
	{"listen-state", map[string]any{"sockets.states.tcp": "2 ESTABLISHED"}, lab.Refuted},
	{"same-port-many-clients", map[string]any{"sockets.server_sockets.tcp": 2, "sockets.server_ports.tcp": 1}, lab.Holds},
	{"same-port-many-clients", map[string]any{"sockets.server_sockets.tcp": 1, "sockets.server_ports.tcp": 1}, lab.Refuted},
	{"same-port-many-clients", map[string]any{"sockets.server_sockets.tcp": 3, "sockets.server_ports.tcp": 2}, lab.Refuted},
	{"two-clients-three-sockets", map[string]any{"sockets.server_sockets.tcp": 3}, lab.Holds},
	{"two-clients-three-sockets", map[string]any{"sockets.server_sockets.tcp": 2}, lab.Refuted},
	{"one-client-many-sessions", map[string]any{"sockets.sessions.tcp": 2}, lab.Holds},
	{"one-client-many-sessions", map[string]any{"sockets.sessions.tcp": 1}, lab.Refuted},

	{"backlog-bounds-waiting", map[string]any{"backlog.connected_before_accept.tcp": 6, "backlog.refused_or_waiting.tcp": 1}, lab.Holds},
	{"backlog-bounds-waiting", map[string]any{"backlog.connected_before_accept.tcp": 7, "backlog.refused_or_waiting.tcp": 5}, lab.Refuted},
	{"backlog-bounds-waiting", map[string]any{"backlog.connected_before_accept.tcp": 6, "backlog.refused_or_waiting.tcp": 0}, lab.Refuted},
	{"connect-before-accept", map[string]any{"backlog.connected_before_accept.tcp": 1}, lab.Holds},
	{"connect-before-accept", map[string]any{"backlog.connected_before_accept.tcp": 0}, lab.Refuted},
	{"accept-blocks", map[string]any{"backlog.accept_waited.tcp": 30}, lab.Holds},
	{"accept-blocks", map[string]any{"backlog.accept_waited.tcp": 29.9}, lab.Refuted},
	{"listen-means-max-clients", map[string]any{"backlog.connected_together.tcp": 5}, lab.Holds},
	{"listen-means-max-clients", map[string]any{"backlog.connected_together.tcp": 6}, lab.Refuted},
	{"somaxconn-is-4096", map[string]any{"backlog.somaxconn.tcp": 4096}, lab.Holds},
	{"somaxconn-is-4096", map[string]any{"backlog.somaxconn.tcp": 128}, lab.Depends},
	{"somaxconn-is-4096", map[string]any{"backlog.somaxconn.tcp": "unknown"}, lab.Depends},

	{"sends-unasked", map[string]any{"refusal.first_message.tcp": "not sent", "refusal.first_message.udp": "sent"}, lab.Holds},
	{"sends-unasked", map[string]any{"refusal.first_message.tcp": "sent", "refusal.first_message.udp": "sent"}, lab.Refuted},
	{"sends-unasked", map[string]any{"refusal.first_message.tcp": "not sent", "refusal.first_message.udp": "not sent"}, lab.Refuted},
	{"connect-needs-listen", map[string]any{"refusal.outcome.tcp": "refused", "refusal.after_listen.tcp": "connected"}, lab.Holds},
	{"connect-needs-listen", map[string]any{"refusal.outcome.tcp": "told late", "refusal.after_listen.tcp": "connected"}, lab.Refuted},
	{"connect-needs-listen", map[string]any{"refusal.outcome.tcp": "refused", "refusal.after_listen.tcp": "connection refused"}, lab.Refuted},

	{"one-at-a-time", map[string]any{"concurrency.served_iterative.tcp": 1}, lab.Holds},
	{"one-at-a-time", map[string]any{"concurrency.served_iterative.tcp": 2}, lab.Refuted},
	{"threads-serve-many", map[string]any{"concurrency.served_concurrent.tcp": 20}, lab.Holds},
	{"threads-serve-many", map[string]any{"concurrency.served_concurrent.tcp": 19}, lab.Refuted},
	{"idle-client-blocks", map[string]any{"concurrency.wait_iterative.tcp": 150, "concurrency.wait_concurrent.tcp": 74.9}, lab.Holds},
	{"idle-client-blocks", map[string]any{"concurrency.wait_iterative.tcp": 149.9, "concurrency.wait_concurrent.tcp": 0}, lab.Refuted},
	{"idle-client-blocks", map[string]any{"concurrency.wait_iterative.tcp": 150, "concurrency.wait_concurrent.tcp": 75}, lab.Refuted},

	{"five-clients", map[string]any{"programs.five_clients.tcp": 5, "programs.sixth_client.tcp": "finds nobody"}, lab.Holds},
	{"five-clients", map[string]any{"programs.five_clients.tcp": 4, "programs.sixth_client.tcp": "finds nobody"}, lab.Refuted},
	{"five-clients", map[string]any{"programs.five_clients.tcp": 5, "programs.sixth_client.tcp": "served"}, lab.Refuted},
	{"hello-server", map[string]any{"programs.hello_clients.tcp": 3}, lab.Holds},
	{"hello-server", map[string]any{"programs.hello_clients.tcp": 2}, lab.Refuted},
	{"server-may-change-data", map[string]any{"programs.changed.tcp": "HELLO", "programs.changed.udp": "HELLO"}, lab.Holds},
	{"server-may-change-data", map[string]any{"programs.changed.tcp": "Hello", "programs.changed.udp": "HELLO"}, lab.Refuted},
	{"server-may-change-data", map[string]any{"programs.changed.tcp": "HELLO", "programs.changed.udp": "Hello"}, lab.Refuted},
	{"five-twelve-chunks", map[string]any{"programs.chunks.tcp": 4}, lab.Holds},
	{"five-twelve-chunks", map[string]any{"programs.chunks.tcp": 3}, lab.Refuted},

	{"datagram-is-light", costs(28, 28.1, 2, 2), lab.Holds},
	{"datagram-is-light", costs(28, 28, 2, 2), lab.Refuted},
	{"datagram-is-light", costs(28, 52, 2.1, 2), lab.Refuted},
	{"four-layers", layers(20, 20, 8, 32), lab.Holds},
	{"four-layers", layers(20, 24, 8, 32), lab.Refuted},
	{"four-layers", layers(20, 20, 8, 8), lab.Refuted},

	{"data-transfer-rate", allRates(2, 1), lab.Holds},
	{"data-transfer-rate", allRates(1.24, 1), lab.Refuted},
	{"data-transfer-rate", allRates(1, 2), lab.Refuted},
	{"data-transfer-rate", but(allRates(2, 1), "setup.first_reply_rtts.tcp", 1.25), lab.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.transfer_10k.tcp", 1.25), lab.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.transfer_10k.udp", "never complete"), lab.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.transfer_1m.tcp", 1.25), lab.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.goodput.udp", 0.625), lab.Depends},
	{"data-transfer-rate", but(allRates(1, 1), "throughput.transfer_10k.tcp", 1.26), lab.Depends},
	{"data-transfer-rate", but(allRates(1, 1), "throughput.transfer_1m.tcp", "never complete"), lab.Depends},

	{"overflow-is-lost", overflow(1, 0, 0), lab.Holds},
	{"overflow-is-lost", overflow(0, 0, 0), lab.Refuted},
	{"overflow-is-lost", overflow(1, 0.1, 0), lab.Refuted},
	{"overflow-is-lost", overflow(1, 0, 1), lab.Refuted},
	{"window-limits-sender", windows(1447, 0.1, 0), lab.Holds},
	{"window-limits-sender", windows(1448, 0.1, 0), lab.Refuted},
	{"window-limits-sender", windows(0, 0, 0), lab.Refuted},
	{"window-limits-sender", windows(0, 0.1, 1), lab.Refuted},
	{"flow-and-congestion-control", controls(), lab.Holds},
	{"flow-and-congestion-control", but(controls(), "flow.sender_waited.tcp", 0), lab.Refuted},
	{"flow-and-congestion-control", but(controls(), "flow.sender_waited.udp", 0.1), lab.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.queue_loss.tcp", 25), lab.Refuted},
	{"flow-and-congestion-control", but(but(controls(), "congestion.queue_loss.tcp", 25), "congestion.sent.tcp", 19.9), lab.Depends},
	{"flow-and-congestion-control", but(controls(), "congestion.sent.tcp", 19.9), lab.Holds},
	{"flow-and-congestion-control", but(but(controls(), "congestion.data_lost.tcp", 0.1), "congestion.sent.tcp", 19.9), lab.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.data_lost.tcp", 0.1), lab.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.data_lost.udp", 0), lab.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.queue_loss.udp", 0), lab.Depends},
}

// allRates are all four things that "faster" may mean: TCP takes so long in each,
// and UDP so long.
func allRates(tcp, udp float64) map[string]any {
	return map[string]any{
		"setup.first_reply_rtts.tcp": tcp, "throughput.transfer_10k.tcp": tcp, "throughput.transfer_1m.tcp": tcp,
		"setup.first_reply_rtts.udp": udp, "throughput.transfer_10k.udp": udp, "throughput.transfer_1m.udp": udp,
		"throughput.goodput.tcp": 1 / tcp, "throughput.goodput.udp": 1 / udp,
	}
}

func overflow(lost int, waited float64, told int) map[string]any {
	return map[string]any{"flow.lost_overflow.udp": lost, "flow.sender_waited.udp": waited, "flow.zero_windows.udp": told}
}

func windows(least int, waited float64, lost int) map[string]any {
	return map[string]any{"flow.least_window.tcp": least, "flow.sender_waited.tcp": waited, "flow.lost.tcp": lost}
}

// controls are what TCP and UDP do at a slow reader and at a full queue.
func controls() map[string]any {
	return map[string]any{
		"flow.sender_waited.tcp": 0.1, "congestion.queue_loss.tcp": 24.9, "congestion.data_lost.tcp": 0,
		"flow.sender_waited.udp": 0, "congestion.queue_loss.udp": 50, "congestion.data_lost.udp": 50,
		"congestion.sent.tcp": 20, "congestion.sent.udp": 40,
	}
}

// but is what was measured, and something else in one place.
func but(given map[string]any, name string, value any) map[string]any {
	given[name] = value
	return given
}

func addresses(named, valid, damaged int) map[string]any {
	return map[string]any{
		"addressing.packets.tcp": 20, "addressing.has_ports.tcp": named, "addressing.checksum_valid.tcp": valid, "corruption.damaged.tcp": damaged,
		"addressing.packets.udp": 20, "addressing.has_ports.udp": 20, "addressing.checksum_valid.udp": 20, "corruption.damaged.udp": 0,
	}
}

func casts(broadcastTCP, multicastTCP any, broadcastUDP, multicastUDP int) map[string]any {
	return map[string]any{
		"cast.broadcast.tcp": broadcastTCP, "cast.multicast.tcp": multicastTCP,
		"cast.broadcast.udp": broadcastUDP, "cast.multicast.udp": multicastUDP,
	}
}

func write(returns, arrives, trip float64) map[string]any {
	return map[string]any{"close.write_returns.tcp": returns, "close.arrives_after.tcp": arrives, "close.write_rtt.tcp": trip}
}

func costs(headersUDP, headersTCP, packetsUDP, packetsTCP float64) map[string]any {
	return map[string]any{
		"overhead.header_bytes.udp": headersUDP, "overhead.header_bytes.tcp": headersTCP,
		"overhead.packets_per_echo.udp": packetsUDP, "overhead.packets_per_echo.tcp": packetsTCP,
	}
}

func layers(ipTCP, ipUDP, transportUDP, transportTCP float64) map[string]any {
	return map[string]any{
		"overhead.ip_header.tcp": ipTCP, "overhead.ip_header.udp": ipUDP,
		"overhead.transport_header.udp": transportUDP, "overhead.transport_header.tcp": transportTCP,
	}
}

// given makes measurements of a case.
func (r ruled) results() lab.Results {
	var keys []key
	for name := range r.given {
		parts := strings.Split(name, ".")
		keys = append(keys, key{parts[0], parts[1], parts[2]})
	}
	return resultsOf(keys, func(k key) lab.Value {
		switch v := r.given[fmt.Sprintf("%s.%s.%s", k.experiment, k.id, k.transport)].(type) {
		case int:
			return lab.Num(v)
		case float64:
			return lab.Num(v)
		case string:
			return lab.Word(v)
		}
		return lab.Value{}
	})
}

func TestRules(t *testing.T) {
	for _, c := range ruledCases {
		if got, because := claimNamed(t, c.claim).Judge(c.results()); got != c.want {
			t.Errorf("%s with %v: %s (%s), want %s", c.claim, c.given, got, because, c.want)
		}
	}
}

// TestRulesHaveBothSides: every claim has a case in which it holds, and one in
// which it does not.
func TestRulesHaveBothSides(t *testing.T) {
	sides := map[string]map[bool]bool{}
	note := func(claim string, verdict lab.Verdict) {
		if sides[claim] == nil {
			sides[claim] = map[bool]bool{}
		}
		sides[claim][verdict == lab.Holds] = true
	}
	for _, c := range ruledCases {
		note(c.claim, c.want)
	}
	for _, c := range repairCases {
		note(c.claim, c.want)
	}
	for _, e := range All() {
		for _, c := range e.Claims {
			if with := sides[c.ID]; !with[true] || !with[false] {
				t.Errorf("claim %s: a case that holds %v, one that does not %v", c.ID, with[true], with[false])
			}
		}
	}
}
