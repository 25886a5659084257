package registry

import (
	"fmt"
	"strings"
	"testing"

	"echolab/lab/result"
	"echolab/lab/text"
)

// ruled is one case of a claim's rule: measurements by experiment.row.transport,
// and what follows of them.
type ruled struct {
	claim string
	given map[string]any
	want  result.Verdict
}

// ruledCases are both sides of every bound of the rules about sockets, packets
// and rates. Those about repair and set-up are repairCases.
var ruledCases = []ruled{
	{"no-message-boundaries", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "boundaries.reads_large.tcp": 2}, result.Holds},
	{"no-message-boundaries", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 10, "boundaries.reads_large.tcp": 2}, result.Refuted},
	{"no-message-boundaries", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "boundaries.reads_large.tcp": 1}, result.Refuted},
	{"recv-needs-a-size", map[string]any{"boundaries.truncated.tcp": 0, "boundaries.truncated.udp": 1}, result.Holds},
	{"recv-needs-a-size", map[string]any{"boundaries.truncated.tcp": 1, "boundaries.truncated.udp": 50}, result.Refuted},
	{"recv-needs-a-size", map[string]any{"boundaries.truncated.tcp": 0, "boundaries.truncated.udp": 0}, result.Refuted},
	{"stream-is-two-way", map[string]any{"boundaries.came_back.tcp": 1000}, result.Holds},
	{"stream-is-two-way", map[string]any{"boundaries.came_back.tcp": 999}, result.Refuted},
	{"datagram-is-one-way", map[string]any{"boundaries.came_back.udp": 0}, result.Holds},
	{"datagram-is-one-way", map[string]any{"boundaries.came_back.udp": 1}, result.Refuted},
	{"application-protocol", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "loss.delivered.tcp": 100}, result.Holds},
	{"application-protocol", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 10, "loss.delivered.tcp": 100}, result.Refuted},
	{"application-protocol", map[string]any{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "loss.delivered.tcp": 99.9}, result.Refuted},

	{"addresses-and-checksum", addresses(20, 20, 0), result.Holds},
	{"addresses-and-checksum", addresses(19, 20, 0), result.Refuted},
	{"addresses-and-checksum", addresses(20, 19, 0), result.Refuted},
	{"addresses-and-checksum", addresses(20, 20, 1), result.Refuted},
	{"socket-is-protocol-ip-port", map[string]any{"addressing.has_ports.tcp": 20, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 1}, result.Holds},
	{"socket-is-protocol-ip-port", map[string]any{"addressing.has_ports.tcp": 19, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 1}, result.Refuted},
	{"socket-is-protocol-ip-port", map[string]any{"addressing.has_ports.tcp": 20, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 0}, result.Refuted},
	{"cast", casts("network is unreachable", "permission denied", 2, 2), result.Holds},
	{"cast", casts(1, "permission denied", 3, 3), result.Refuted},
	{"cast", casts("network is unreachable", 1, 3, 3), result.Refuted},
	{"cast", casts("network is unreachable", "permission denied", 1, 3), result.Refuted},
	{"cast", casts("network is unreachable", "permission denied", 3, 1), result.Refuted},

	{"closed-socket-errors", map[string]any{"close.closed_socket.tcp": "error", "close.closed_socket.udp": "error"}, result.Holds},
	{"closed-socket-errors", map[string]any{"close.closed_socket.tcp": "no error", "close.closed_socket.udp": "error"}, result.Refuted},
	{"closed-socket-errors", map[string]any{"close.closed_socket.tcp": "error", "close.closed_socket.udp": "no error"}, result.Refuted},
	{"arrival-known-at-once", write(4.9, 5, 10), result.Refuted},
	{"arrival-known-at-once", write(5, 5, 10), result.Depends},
	{"arrival-known-at-once", write(9.9, 5, 10), result.Depends},
	{"arrival-known-at-once", write(10, 5, 10), result.Holds},
	{"closer-waits", map[string]any{"close.waits_after.tcp": "TIME-WAIT"}, result.Holds},
	{"closer-waits", map[string]any{"close.waits_after.tcp": "nothing"}, result.Refuted},

	{"server-steps", map[string]any{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 3, "sockets.sockets_after_close.tcp": 0}, result.Holds},
	{"server-steps", map[string]any{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 2, "sockets.sockets_after_close.tcp": 0}, result.Refuted},
	{"server-steps", map[string]any{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 3, "sockets.sockets_after_close.tcp": 1}, result.Refuted},
	{"client-steps", map[string]any{"sockets.sessions.tcp": 2, "sockets.sockets_after_close.tcp": 0}, result.Holds},
	{"client-steps", map[string]any{"sockets.sessions.tcp": 1, "sockets.sockets_after_close.tcp": 0}, result.Refuted},
	{"client-steps", map[string]any{"sockets.sessions.tcp": 2, "sockets.sockets_after_close.tcp": 1}, result.Refuted},
	{"any-address", map[string]any{"sockets.any_address.tcp": 2}, result.Holds},
	{"any-address", map[string]any{"sockets.any_address.tcp": 1}, result.Depends},
	{"any-address", map[string]any{"sockets.any_address.tcp": 0}, result.Refuted},
	{"client-needs-no-bind", map[string]any{"sockets.client_ports.tcp": 2}, result.Holds},
	{"client-needs-no-bind", map[string]any{"sockets.client_ports.tcp": 1}, result.Refuted},
	{"accept-makes-a-socket", map[string]any{"sockets.server_sockets.tcp": 3, "sockets.states.tcp": "LISTEN, 2 ESTABLISHED"}, result.Holds},
	{"accept-makes-a-socket", map[string]any{"sockets.server_sockets.tcp": 1, "sockets.states.tcp": "LISTEN"}, result.Refuted},
	{"listen-state", map[string]any{"sockets.states.tcp": "LISTEN, 2 ESTABLISHED"}, result.Holds},
	{"listen-state", map[string]any{"sockets.states.tcp": "2 ESTABLISHED"}, result.Refuted},
	{"same-port-many-clients", map[string]any{"sockets.server_sockets.tcp": 2, "sockets.server_ports.tcp": 1}, result.Holds},
	{"same-port-many-clients", map[string]any{"sockets.server_sockets.tcp": 1, "sockets.server_ports.tcp": 1}, result.Refuted},
	{"same-port-many-clients", map[string]any{"sockets.server_sockets.tcp": 3, "sockets.server_ports.tcp": 2}, result.Refuted},
	{"two-clients-three-sockets", map[string]any{"sockets.server_sockets.tcp": 3}, result.Holds},
	{"two-clients-three-sockets", map[string]any{"sockets.server_sockets.tcp": 2}, result.Refuted},
	{"one-client-many-sessions", map[string]any{"sockets.sessions.tcp": 2}, result.Holds},
	{"one-client-many-sessions", map[string]any{"sockets.sessions.tcp": 1}, result.Refuted},

	{"backlog-bounds-waiting", map[string]any{"backlog.connected_before_accept.tcp": 6, "backlog.refused_or_waiting.tcp": 1}, result.Holds},
	{"backlog-bounds-waiting", map[string]any{"backlog.connected_before_accept.tcp": 7, "backlog.refused_or_waiting.tcp": 5}, result.Refuted},
	{"backlog-bounds-waiting", map[string]any{"backlog.connected_before_accept.tcp": 6, "backlog.refused_or_waiting.tcp": 0}, result.Refuted},
	{"connect-before-accept", map[string]any{"backlog.connected_before_accept.tcp": 1}, result.Holds},
	{"connect-before-accept", map[string]any{"backlog.connected_before_accept.tcp": 0}, result.Refuted},
	{"accept-blocks", map[string]any{"backlog.accept_waited.tcp": 30}, result.Holds},
	{"accept-blocks", map[string]any{"backlog.accept_waited.tcp": 29.9}, result.Refuted},
	{"listen-means-max-clients", map[string]any{"backlog.connected_together.tcp": 5}, result.Holds},
	{"listen-means-max-clients", map[string]any{"backlog.connected_together.tcp": 6}, result.Refuted},
	{"somaxconn-is-4096", map[string]any{"backlog.somaxconn.tcp": 4096}, result.Holds},
	{"somaxconn-is-4096", map[string]any{"backlog.somaxconn.tcp": 128}, result.Depends},
	{"somaxconn-is-4096", map[string]any{"backlog.somaxconn.tcp": "unknown"}, result.Depends},

	{"sends-unasked", map[string]any{"refusal.first_message.tcp": "not sent", "refusal.first_message.udp": "sent"}, result.Holds},
	{"sends-unasked", map[string]any{"refusal.first_message.tcp": "sent", "refusal.first_message.udp": "sent"}, result.Refuted},
	{"sends-unasked", map[string]any{"refusal.first_message.tcp": "not sent", "refusal.first_message.udp": "not sent"}, result.Refuted},
	{"connect-needs-listen", map[string]any{"refusal.outcome.tcp": "refused", "refusal.after_listen.tcp": "connected"}, result.Holds},
	{"connect-needs-listen", map[string]any{"refusal.outcome.tcp": "told late", "refusal.after_listen.tcp": "connected"}, result.Refuted},
	{"connect-needs-listen", map[string]any{"refusal.outcome.tcp": "refused", "refusal.after_listen.tcp": "connection refused"}, result.Refuted},

	{"one-at-a-time", map[string]any{"concurrency.served_iterative.tcp": 1}, result.Holds},
	{"one-at-a-time", map[string]any{"concurrency.served_iterative.tcp": 2}, result.Refuted},
	{"threads-serve-many", map[string]any{"concurrency.served_concurrent.tcp": 20}, result.Holds},
	{"threads-serve-many", map[string]any{"concurrency.served_concurrent.tcp": 19}, result.Refuted},
	{"idle-client-blocks", map[string]any{"concurrency.wait_iterative.tcp": 150, "concurrency.wait_concurrent.tcp": 74.9}, result.Holds},
	{"idle-client-blocks", map[string]any{"concurrency.wait_iterative.tcp": 149.9, "concurrency.wait_concurrent.tcp": 0}, result.Refuted},
	{"idle-client-blocks", map[string]any{"concurrency.wait_iterative.tcp": 150, "concurrency.wait_concurrent.tcp": 75}, result.Refuted},

	{"five-clients", map[string]any{"programs.five_clients.tcp": 5, "programs.sixth_client.tcp": "finds nobody"}, result.Holds},
	{"five-clients", map[string]any{"programs.five_clients.tcp": 4, "programs.sixth_client.tcp": "finds nobody"}, result.Refuted},
	{"five-clients", map[string]any{"programs.five_clients.tcp": 5, "programs.sixth_client.tcp": "served"}, result.Refuted},
	{"hello-server", map[string]any{"programs.hello_clients.tcp": 3}, result.Holds},
	{"hello-server", map[string]any{"programs.hello_clients.tcp": 2}, result.Refuted},
	{"server-may-change-data", map[string]any{"programs.changed.tcp": "HELLO", "programs.changed.udp": "HELLO"}, result.Holds},
	{"server-may-change-data", map[string]any{"programs.changed.tcp": "Hello", "programs.changed.udp": "HELLO"}, result.Refuted},
	{"server-may-change-data", map[string]any{"programs.changed.tcp": "HELLO", "programs.changed.udp": "Hello"}, result.Refuted},
	{"five-twelve-chunks", map[string]any{"programs.chunks.tcp": 4}, result.Holds},
	{"five-twelve-chunks", map[string]any{"programs.chunks.tcp": 3}, result.Refuted},

	{"datagram-is-light", costs(28, 28.1, 2, 2), result.Holds},
	{"datagram-is-light", costs(28, 28, 2, 2), result.Refuted},
	{"datagram-is-light", costs(28, 52, 2.1, 2), result.Refuted},
	{"four-layers", layers(20, 20, 8, 32), result.Holds},
	{"four-layers", layers(20, 24, 8, 32), result.Refuted},
	{"four-layers", layers(20, 20, 8, 8), result.Refuted},

	{"data-transfer-rate", allRates(2, 1), result.Holds},
	{"data-transfer-rate", allRates(1.24, 1), result.Refuted},
	{"data-transfer-rate", allRates(1, 2), result.Refuted},
	{"data-transfer-rate", but(allRates(2, 1), "setup.first_reply_rtts.tcp", 1.25), result.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.transfer_10k.tcp", 1.25), result.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.transfer_10k.udp", "never complete"), result.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.transfer_1m.tcp", 1.25), result.Depends},
	{"data-transfer-rate", but(allRates(2, 1), "throughput.goodput.udp", 0.625), result.Depends},
	{"data-transfer-rate", but(allRates(1, 1), "throughput.transfer_10k.tcp", 1.26), result.Depends},
	{"data-transfer-rate", but(allRates(1, 1), "throughput.transfer_1m.tcp", "never complete"), result.Depends},

	{"overflow-is-lost", overflow(1, 0, 0), result.Holds},
	{"overflow-is-lost", overflow(0, 0, 0), result.Refuted},
	{"overflow-is-lost", overflow(1, 0.1, 0), result.Refuted},
	{"overflow-is-lost", overflow(1, 0, 1), result.Refuted},
	{"window-limits-sender", windows(1447, 0.1, 0), result.Holds},
	{"window-limits-sender", windows(1448, 0.1, 0), result.Refuted},
	{"window-limits-sender", windows(0, 0, 0), result.Refuted},
	{"window-limits-sender", windows(0, 0.1, 1), result.Refuted},
	{"flow-and-congestion-control", controls(), result.Holds},
	{"flow-and-congestion-control", but(controls(), "flow.sender_waited.tcp", 0), result.Refuted},
	{"flow-and-congestion-control", but(controls(), "flow.sender_waited.udp", 0.1), result.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.queue_loss.tcp", 25), result.Refuted},
	{"flow-and-congestion-control", but(but(controls(), "congestion.queue_loss.tcp", 25), "congestion.sent.tcp", 19.9), result.Depends},
	{"flow-and-congestion-control", but(controls(), "congestion.sent.tcp", 19.9), result.Holds},
	{"flow-and-congestion-control", but(but(controls(), "congestion.data_lost.tcp", 0.1), "congestion.sent.tcp", 19.9), result.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.data_lost.tcp", 0.1), result.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.data_lost.udp", 0), result.Refuted},
	{"flow-and-congestion-control", but(controls(), "congestion.queue_loss.udp", 0), result.Depends},
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
func (r ruled) results() result.Results {
	var keys []key
	for name := range r.given {
		parts := strings.Split(name, ".")
		keys = append(keys, key{parts[0], parts[1], parts[2]})
	}
	return resultsOf(keys, func(k key) result.Value {
		switch v := r.given[fmt.Sprintf("%s.%s.%s", k.experiment, k.id, k.transport)].(type) {
		case int:
			return result.Num(v)
		case float64:
			return result.Num(v)
		case string:
			return result.Word(text.Phrase(v))
		}
		return result.Value{}
	})
}

func TestRules(t *testing.T) {
	for _, c := range ruledCases {
		if got, because := claimNamed(t, c.claim).Apply(c.results()); got != c.want {
			t.Errorf("%s with %v: %s (%s), want %s", c.claim, c.given, got, because, c.want)
		}
	}
}

// TestRulesHaveBothSides: every claim has a case in which it holds, and one in
// which it does not.
func TestRulesHaveBothSides(t *testing.T) {
	sides := map[string]map[bool]bool{}
	note := func(claim string, verdict result.Verdict) {
		if sides[claim] == nil {
			sides[claim] = map[bool]bool{}
		}
		sides[claim][verdict == result.Holds] = true
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
