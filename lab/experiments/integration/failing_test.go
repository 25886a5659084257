package integration

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/text"
)

// wrongs are values that a mistaken lab, or another protocol, would measure, for
// every value of which theory expects something. What is expected must exclude
// them: a range that nothing can miss tests nothing.
var wrongs = map[string]any{
	"setup.connect_rtts.tcp":        0.5, // half a round trip: the way there
	"setup.connect_rtts.udp":        1,   // a handshake
	"setup.first_reply_rtts.tcp":    1,   // without the handshake
	"setup.first_reply_rtts.udp":    0.5, // the way there
	"setup.packets_before_data.tcp": 1,   // a SYN that carries data
	"setup.packets_before_data.udp": 1,
	"setup.syn_windows.tcp":         1, // one side only
	"setup.syn_windows.udp":         1,
	"setup.syn_acknowledged.tcp":    1,
	"setup.syn_acknowledged.udp":    1,
	"setup.connect_lost_syn.tcp":    220,  // a timeout of 200 ms
	"setup.connect_lost_syn.udp":    1000, // a timeout

	"throughput.goodput.tcp":       9.7, // half of the link
	"throughput.goodput.udp":       20,  // the link's rate, headers counted as data
	"throughput.transfer_10k.tcp":  14,  // without a handshake
	"throughput.transfer_10k.udp":  34,  // with one
	"throughput.transfer_100k.tcp": 75,  // from a window that is full at once
	"throughput.transfer_100k.udp": 40,  // without the way there
	"throughput.transfer_1m.tcp":   400, // without headers
	"throughput.transfer_1m.udp":   400,
	"throughput.lost.tcp":          0.1,
	"throughput.lost.udp":          0.1,
	"throughput.efficiency.tcp":    97.3, // no timestamps
	"throughput.efficiency.udp":    97.3, // TCP's headers

	"loss.delivered.tcp":        99.5, // one message of 200 is missing
	"loss.delivered.udp":        90,   // echoes are never lost
	"loss.retransmissions.udp":  1,
	"loss.told.udp":             1,
	"loss.lost_unexplained.tcp": 1,
	"loss.lost_unexplained.udp": 1,

	"ordering.out_of_order.tcp": 0.5,
	"ordering.out_of_order.udp": 25, // each packet that skips the delay counts, and no other
	"ordering.delivered.tcp":    99.5,
	"ordering.delivered.udp":    99.5,

	"duplication.duplicates.tcp": 1,
	"duplication.duplicates.udp": 40, // echoes are never copied
	"duplication.delivered.tcp":  99.5,
	"duplication.delivered.udp":  99.5,

	"corruption.damaged.tcp":          1,
	"corruption.damaged.udp":          1,
	"corruption.delivered.tcp":        99.5,
	"corruption.delivered.udp":        97.5, // a quarter of the damage
	"corruption.retransmissions.udp":  1,
	"corruption.lost_unexplained.tcp": 1,
	"corruption.lost_unexplained.udp": 1,

	"boundaries.reads.tcp":       10, // a read a write
	"boundaries.reads.udp":       1,  // one for all
	"boundaries.truncated.tcp":   50,
	"boundaries.truncated.udp":   0,
	"boundaries.came_back.tcp":   999,
	"boundaries.came_back.udp":   999,
	"boundaries.reads_large.tcp": 1,
	"boundaries.reads_large.udp": 2,

	"size.largest.tcp": 65507,
	"size.largest.udp": 65508,
	"size.beyond.tcp":  "message too long",
	"size.beyond.udp":  "works too",

	"flow.delivered.tcp":        99.8, // one message of 600 is missing
	"flow.sender_waited.tcp":    0,
	"flow.sender_waited.udp":    1,
	"flow.lost.tcp":             1,
	"flow.lost.udp":             0,
	"flow.zero_windows.udp":     1,
	"flow.least_window.tcp":     1449, // room for a segment
	"flow.lost_unexplained.tcp": 1,
	"flow.lost_unexplained.udp": 1,
	"flow.window_rate.tcp":      19.7, // two windows a round trip

	"congestion.goodput.tcp":    4.8, // half of the link
	"congestion.goodput.udp":    10,  // the link's rate, headers counted as data
	"congestion.queue_loss.udp": 25,  // half of what is dropped
	"congestion.bulk_reno.tcp":  1.7, // a quarter
	"congestion.data_lost.tcp":  0.1,
	"congestion.data_lost.udp":  25,

	"fairness.share_with_other.tcp": 50, // equal shares
	"fairness.share_with_other.udp": 50,
	"fairness.jain.tcp":             0.8, // three quarters to one
	"fairness.jain.udp":             0.8,
	"fairness.share_with_same.tcp":  75,
	"fairness.share_with_same.udp":  75,

	"blocking.held_up.tcp":   1,
	"blocking.held_up.udp":   1,
	"blocking.worst_gap.tcp": 10,  // the way there
	"blocking.worst_gap.udp": 100, // a retransmission
	"blocking.missing.tcp":   1,
	"blocking.missing.udp":   2,

	"close.packets_to_close.tcp": 2, // nobody acknowledges
	"close.packets_to_close.udp": 1,
	"close.waits_after.tcp":      "nothing",
	"close.waits_after.udp":      "TIME-WAIT",
	"close.peer_notices.tcp":     "no",
	"close.peer_notices.udp":     "yes",
	"close.closed_socket.tcp":    "no error",
	"close.closed_socket.udp":    "no error",

	"overhead.header_bytes.tcp":     40, // no timestamps
	"overhead.header_bytes.udp":     8,  // no IP header
	"overhead.packets_per_echo.tcp": 2,  // no acknowledgements
	"overhead.packets_per_echo.udp": 4,
	"overhead.efficiency.tcp":       90.8, // no acknowledgements
	"overhead.efficiency.udp":       98.5, // no IP header
	"overhead.ip_header.tcp":        24,
	"overhead.ip_header.udp":        24,
	"overhead.transport_header.tcp": 20, // no timestamps
	"overhead.transport_header.udp": 12, // with the pseudo-header's addresses

	"nagle.packets.tcp":       20, // a segment a write
	"nagle.packets.udp":       11,
	"nagle.packets_nagle.tcp": 11, // Nagle is off
	"nagle.packets_nagle.udp": 2,

	"addressing.has_ports.tcp":      0,
	"addressing.has_ports.udp":      0,
	"addressing.checksum_valid.tcp": 0,
	"addressing.checksum_valid.udp": 0,

	"concurrency.wait_iterative.tcp":    0,
	"concurrency.wait_iterative.udp":    150, // the queue of one that connects
	"concurrency.wait_concurrent.tcp":   150,
	"concurrency.wait_concurrent.udp":   150,
	"concurrency.served_iterative.tcp":  2,
	"concurrency.served_iterative.udp":  1,
	"concurrency.served_concurrent.tcp": 19,
	"concurrency.served_concurrent.udp": 19,

	"refusal.outcome.tcp":             "told late",
	"refusal.outcome.udp":             "never told",
	"refusal.outcome_unconnected.udp": "told late",
	"refusal.first_message.tcp":       "sent",
	"refusal.first_message.udp":       "not sent",
	"refusal.after_listen.tcp":        "connection refused",
	"refusal.after_listen.udp":        "connection refused",

	"overrun.lost_to_full_buffer.tcp": 0.1,

	"cast.unicast.tcp":   0,
	"cast.unicast.udp":   3, // all receivers
	"cast.broadcast.tcp": 1,
	"cast.broadcast.udp": 1, // the last one that bound the port
	"cast.multicast.tcp": 1,
	"cast.multicast.udp": 1,

	"sockets.server_sockets.tcp":      2, // no one listens any more
	"sockets.server_sockets.udp":      3, // one a client
	"sockets.server_ports.tcp":        3, // one a client
	"sockets.server_ports.udp":        3,
	"sockets.states.tcp":              "3 ESTABLISHED",
	"sockets.states.udp":              "LISTEN",
	"sockets.client_ports.tcp":        1,
	"sockets.client_ports.udp":        1,
	"sockets.sessions.tcp":            1,
	"sockets.sessions.udp":            1,
	"sockets.any_address.tcp":         1,
	"sockets.any_address.udp":         2,
	"sockets.sockets_after_close.tcp": 1,
	"sockets.sockets_after_close.udp": 1,

	"backlog.connected_before_accept.tcp": 5, // the backlog itself
	"backlog.connected_before_accept.udp": 6,
	"backlog.refused_or_waiting.tcp":      7,  // one is counted twice
	"backlog.connected_together.tcp":      11, // one is lost
	"backlog.accept_waited.tcp":           0,

	"programs.five_clients.tcp":  4,
	"programs.five_clients.udp":  4,
	"programs.sixth_client.tcp":  "served",
	"programs.sixth_client.udp":  "served",
	"programs.hello_clients.tcp": 2,
	"programs.hello_clients.udp": 2,
	"programs.changed.tcp":       "hello",
	"programs.changed.udp":       "hello",
	"programs.chunks.tcp":        3,
	"programs.chunks.udp":        3,
}

// TestEveryExpectationCanFail: under the experiments' own conditions, whatever is
// expected of a value excludes the wrong one.
func TestEveryExpectationCanFail(t *testing.T) {
	takesLong(t)
	needsMachine(t)
	if runtime.GOOS != "linux" {
		t.Skip("of sockets other things are expected here")
	}
	t.Parallel()
	left := maps.Clone(wrongs)
	for _, e := range registry.All() {
		for _, m := range ownResult(t, e).Measurements {
			for transport := range m.Expected {
				name := strings.Join([]string{e.ID, m.ID, transport}, ".")
				wrong, ok := left[name]
				delete(left, name)
				if !ok {
					t.Errorf("%s: no value is known that would be wrong", name)
				} else if allowed(m, transport, wrong) {
					t.Errorf("%s: %v is expected, from %v to %v, and %v would do",
						name, m.Expected[transport], m.Low[transport], m.High[transport], wrong)
				}
			}
		}
	}
	if len(left) > 0 {
		t.Errorf("nothing is expected of %v", slices.Sorted(maps.Keys(left)))
	}
}

// ownResult is what an experiment finds under its own conditions: on the
// simulated machine, and where that shows nothing of it, on this system.
func ownResult(t *testing.T, e experiments.Experiment) *result.Result {
	t.Helper()
	if e.FitsOn(machine.Driver()) == nil {
		return asItIs(e.ID).result(t)
	}
	o := asItIs(e.ID).options
	o.Size = usualSize
	r, err := labtest.Measure(t.Context(), localhost.Localhost, e, o, nil, nil)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", e.ID, err))
	}
	return r
}

// allowed reports whether what is expected of a value allows another one, too.
func allowed(m result.Measurement, transport string, other any) bool {
	switch other := other.(type) {
	case string:
		return m.Expected[transport].Word == text.Phrase(other)
	case int:
		return m.Low[transport] <= float64(other) && float64(other) <= m.High[transport]
	case float64:
		return m.Low[transport] <= other && other <= m.High[transport]
	}
	panic(fmt.Sprintf("%v is neither a number nor a word", other))
}
