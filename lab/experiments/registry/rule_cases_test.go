package registry

// ruleCases are both sides of every bound of every rule, by claim.
var ruleCases = map[string][]ruleCase{
	"no-message-boundaries": {
		{holds, found{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "boundaries.reads_large.tcp": 2}},
		{refuted, found{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 10, "boundaries.reads_large.tcp": 2}},
		{refuted, found{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "boundaries.reads_large.tcp": 1}},
	},
	"recv-needs-a-size": {
		{holds, found{"boundaries.truncated.tcp": 0, "boundaries.truncated.udp": 1}},
		{refuted, found{"boundaries.truncated.tcp": 1, "boundaries.truncated.udp": 50}},
		{refuted, found{"boundaries.truncated.tcp": 0, "boundaries.truncated.udp": 0}},
	},
	"stream-is-two-way": {
		{holds, found{"boundaries.came_back.tcp": 1000}},
		{refuted, found{"boundaries.came_back.tcp": 999}},
	},
	"datagram-is-one-way": {
		{holds, found{"boundaries.came_back.udp": 0}},
		{refuted, found{"boundaries.came_back.udp": 1}},
	},
	"application-protocol": {
		{holds, found{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "loss.delivered.tcp": 100}},
		{refuted, found{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 10, "loss.delivered.tcp": 100}},
		{refuted, found{"boundaries.writes.tcp": 10, "boundaries.reads.tcp": 9, "loss.delivered.tcp": 99.9}},
	},
	"addresses-and-checksum": {
		{holds, addresses(20, 20, 0)},
		{refuted, addresses(19, 20, 0)},
		{refuted, addresses(20, 19, 0)},
		{refuted, addresses(20, 20, 1)},
	},
	"socket-is-protocol-ip-port": {
		{holds, found{"addressing.has_ports.tcp": 20, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 1}},
		{refuted, found{"addressing.has_ports.tcp": 19, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 1}},
		{refuted, found{"addressing.has_ports.tcp": 20, "addressing.packets.tcp": 20, "sockets.server_sockets.udp": 0}},
	},
	"cast": {
		{holds, casts("network is unreachable", "permission denied", 2, 2)},
		{refuted, casts(1, "permission denied", 3, 3)},
		{refuted, casts("network is unreachable", 1, 3, 3)},
		{refuted, casts("network is unreachable", "permission denied", 1, 3)},
		{refuted, casts("network is unreachable", "permission denied", 3, 1)},
	},
	"closed-socket-errors": {
		{holds, found{"close.closed_socket.tcp": "error", "close.closed_socket.udp": "error"}},
		{refuted, found{"close.closed_socket.tcp": "no error", "close.closed_socket.udp": "error"}},
		{refuted, found{"close.closed_socket.tcp": "error", "close.closed_socket.udp": "no error"}},
	},
	"arrival-known-at-once": {
		{refuted, write(4.9, 5, 10)},
		{depends, write(5, 5, 10)},
		{depends, write(9.9, 5, 10)},
		{holds, write(10, 5, 10)},
	},
	"closer-waits": {
		{holds, found{"close.waits_after.tcp": "TIME-WAIT"}},
		{refuted, found{"close.waits_after.tcp": "nothing"}},
	},
	"server-steps": {
		{holds, found{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 3, "sockets.sockets_after_close.tcp": 0}},
		{refuted, found{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 2, "sockets.sockets_after_close.tcp": 0}},
		{refuted, found{"sockets.states.tcp": "x", "sockets.server_sockets.tcp": 3, "sockets.sockets_after_close.tcp": 1}},
	},
	"client-steps": {
		{holds, found{"sockets.sessions.tcp": 2, "sockets.sockets_after_close.tcp": 0}},
		{refuted, found{"sockets.sessions.tcp": 1, "sockets.sockets_after_close.tcp": 0}},
		{refuted, found{"sockets.sessions.tcp": 2, "sockets.sockets_after_close.tcp": 1}},
	},
	"any-address": {
		{holds, found{"sockets.any_address.tcp": 2}},
		{depends, found{"sockets.any_address.tcp": 1}},
		{refuted, found{"sockets.any_address.tcp": 0}},
	},
	"client-needs-no-bind": {
		{holds, found{"sockets.client_ports.tcp": 2}},
		{refuted, found{"sockets.client_ports.tcp": 1}},
	},
	"accept-makes-a-socket": {
		{holds, found{"sockets.server_sockets.tcp": 3, "sockets.states.tcp": "LISTEN, 2 ESTABLISHED"}},
		{refuted, found{"sockets.server_sockets.tcp": 1, "sockets.states.tcp": "LISTEN"}},
	},
	"listen-state": {
		{holds, found{"sockets.states.tcp": "LISTEN, 2 ESTABLISHED"}},
		{refuted, found{"sockets.states.tcp": "2 ESTABLISHED"}},
	},
	"same-port-many-clients": {
		{holds, found{"sockets.server_sockets.tcp": 2, "sockets.server_ports.tcp": 1}},
		{refuted, found{"sockets.server_sockets.tcp": 1, "sockets.server_ports.tcp": 1}},
		{refuted, found{"sockets.server_sockets.tcp": 3, "sockets.server_ports.tcp": 2}},
	},
	"two-clients-three-sockets": {
		{holds, found{"sockets.server_sockets.tcp": 3}},
		{refuted, found{"sockets.server_sockets.tcp": 2}},
	},
	"one-client-many-sessions": {
		{holds, found{"sockets.sessions.tcp": 2}},
		{refuted, found{"sockets.sessions.tcp": 1}},
	},
	"backlog-bounds-waiting": {
		{holds, found{"backlog.connected_before_accept.tcp": 6, "backlog.refused_or_waiting.tcp": 1}},
		{refuted, found{"backlog.connected_before_accept.tcp": 7, "backlog.refused_or_waiting.tcp": 5}},
		{refuted, found{"backlog.connected_before_accept.tcp": 6, "backlog.refused_or_waiting.tcp": 0}},
	},
	"connect-before-accept": {
		{holds, found{"backlog.connected_before_accept.tcp": 1}},
		{refuted, found{"backlog.connected_before_accept.tcp": 0}},
	},
	"accept-blocks": {
		{holds, found{"backlog.accept_waited.tcp": 30}},
		{refuted, found{"backlog.accept_waited.tcp": 29.9}},
	},
	"listen-means-max-clients": {
		{holds, found{"backlog.connected_together.tcp": 5}},
		{refuted, found{"backlog.connected_together.tcp": 6}},
	},
	"somaxconn-is-4096": {
		{holds, found{"backlog.somaxconn.tcp": 4096}},
		{depends, found{"backlog.somaxconn.tcp": 128}},
		{depends, found{"backlog.somaxconn.tcp": "unknown"}},
	},
	"sends-unasked": {
		{holds, found{"refusal.first_message.tcp": "not sent", "refusal.first_message.udp": "sent"}},
		{refuted, found{"refusal.first_message.tcp": "sent", "refusal.first_message.udp": "sent"}},
		{refuted, found{"refusal.first_message.tcp": "not sent", "refusal.first_message.udp": "not sent"}},
	},
	"connect-needs-listen": {
		{holds, found{"refusal.outcome.tcp": "refused", "refusal.after_listen.tcp": "connected"}},
		{refuted, found{"refusal.outcome.tcp": "told late", "refusal.after_listen.tcp": "connected"}},
		{refuted, found{"refusal.outcome.tcp": "refused", "refusal.after_listen.tcp": "connection refused"}},
	},
	"one-at-a-time": {
		{holds, found{"concurrency.served_iterative.tcp": 1}},
		{refuted, found{"concurrency.served_iterative.tcp": 2}},
	},
	"threads-serve-many": {
		{holds, found{"concurrency.served_concurrent.tcp": 20}},
		{refuted, found{"concurrency.served_concurrent.tcp": 19}},
	},
	"idle-client-blocks": {
		{holds, found{"concurrency.wait_iterative.tcp": 150, "concurrency.wait_concurrent.tcp": 74.9}},
		{refuted, found{"concurrency.wait_iterative.tcp": 149.9, "concurrency.wait_concurrent.tcp": 0}},
		{refuted, found{"concurrency.wait_iterative.tcp": 150, "concurrency.wait_concurrent.tcp": 75}},
	},
	"five-clients": {
		{holds, found{"programs.five_clients.tcp": 5, "programs.sixth_client.tcp": "finds nobody"}},
		{refuted, found{"programs.five_clients.tcp": 4, "programs.sixth_client.tcp": "finds nobody"}},
		{refuted, found{"programs.five_clients.tcp": 5, "programs.sixth_client.tcp": "served"}},
	},
	"hello-server": {
		{holds, found{"programs.hello_clients.tcp": 3}},
		{refuted, found{"programs.hello_clients.tcp": 2}},
	},
	"server-may-change-data": {
		{holds, found{"programs.changed.tcp": "HELLO", "programs.changed.udp": "HELLO"}},
		{refuted, found{"programs.changed.tcp": "Hello", "programs.changed.udp": "HELLO"}},
		{refuted, found{"programs.changed.tcp": "HELLO", "programs.changed.udp": "Hello"}},
	},
	"five-twelve-chunks": {
		{holds, found{"programs.chunks.tcp": 4}},
		{refuted, found{"programs.chunks.tcp": 3}},
	},
	"datagram-is-light": {
		{holds, costs(28, 28.1, 2, 2)},
		{refuted, costs(28, 28, 2, 2)},
		{refuted, costs(28, 52, 2.1, 2)},
	},
	"four-layers": {
		{holds, layers(20, 20, 8, 32)},
		{refuted, layers(20, 24, 8, 32)},
		{refuted, layers(20, 20, 8, 8)},
	},
	"data-transfer-rate": {
		{holds, allRates(2, 1)},
		{refuted, allRates(1.24, 1)},
		{refuted, allRates(1, 2)},
		{depends, but(allRates(2, 1), "setup.first_reply_rtts.tcp", 1.25)},
		{depends, but(allRates(2, 1), "throughput.transfer_10k.tcp", 1.25)},
		{depends, but(allRates(2, 1), "throughput.transfer_10k.udp", "never complete")},
		{depends, but(allRates(2, 1), "throughput.transfer_1m.tcp", 1.25)},
		{depends, but(allRates(2, 1), "throughput.goodput.udp", 0.625)},
		{depends, but(allRates(1, 1), "throughput.transfer_10k.tcp", 1.26)},
		{depends, but(allRates(1, 1), "throughput.transfer_1m.tcp", "never complete")},
	},
	"overflow-is-lost": {
		{holds, overflow(1, 0, 0)},
		{refuted, overflow(0, 0, 0)},
		{refuted, overflow(1, 0.1, 0)},
		{refuted, overflow(1, 0, 1)},
	},
	"window-limits-sender": {
		{holds, windows(1447, 0.1, 0)},
		{refuted, windows(1448, 0.1, 0)},
		{refuted, windows(0, 0, 0)},
		{refuted, windows(0, 0.1, 1)},
	},
	"flow-and-congestion-control": {
		{holds, controls()},
		{refuted, but(controls(), "flow.sender_waited.tcp", 0)},
		{refuted, but(controls(), "flow.sender_waited.udp", 0.1)},
		{refuted, but(controls(), "congestion.queue_loss.tcp", 25)},
		{depends, but(but(controls(), "congestion.queue_loss.tcp", 25), "congestion.sent.tcp", 19.9)},
		{holds, but(controls(), "congestion.sent.tcp", 19.9)},
		{refuted, but(but(controls(), "congestion.data_lost.tcp", 0.1), "congestion.sent.tcp", 19.9)},
		{refuted, but(controls(), "congestion.data_lost.tcp", 0.1)},
		{refuted, but(controls(), "congestion.data_lost.udp", 0)},
		{depends, but(controls(), "congestion.queue_loss.udp", 0)},
	},
	"reliable-data-transfer": {
		{holds, nil},
		{refuted, found{"loss.delivered.tcp": 99.9}},
		{refuted, found{"loss.delivered.tcp": 99.9, "loss.undelivered.udp": 0}},
		{holds, found{"loss.delivered.udp": 99.9}},
		{depends, found{"loss.delivered.udp": 100, "loss.undelivered.udp": 0}},
		{depends, found{"loss.delivered.udp": 100}}, // copies stood in
		{refuted, found{"loss.delivered.udp": 100, "loss.retransmissions.udp": 1}},
		{depends, found{"loss.delivered.tcp": "no connection", "loss.delivered.udp": 0}},
	},
	"not-resent": {
		{holds, nil},
		{refuted, found{"loss.retransmissions.udp": 1}},
		{depends, found{"loss.undelivered.udp": 0}},
		{depends, found{"ordering.out_of_order.udp": 0}},
		{depends, found{"ordering.out_of_order.udp": "no reply"}},
	},
	"ip-is-unreliable": {
		{holds, nil},
		{depends, found{"loss.undelivered.tcp": 0, "loss.retransmissions.tcp": 0}},
		{depends, found{"loss.undelivered.tcp": 9, "loss.retransmissions.tcp": 0}},
		{refuted, found{"loss.undelivered.tcp": 10, "loss.retransmissions.tcp": 0}},
		{holds, found{"loss.undelivered.tcp": 1, "loss.retransmissions.tcp": 1}},
		{refuted, found{"loss.delivered.tcp": 99}},
		{refuted, found{"loss.undelivered.tcp": 1, "loss.retransmissions.tcp": 0, "loss.delivered.tcp": 99}},
	},
	"sequence-reveals-loss": {
		{holds, nil},
		{refuted, found{"loss.sack_packets.tcp": 0}},
		{refuted, found{"loss.retransmissions.tcp": 0}},
		{holds, found{"loss.gaps.tcp": 1, "loss.sack_packets.tcp": 1, "loss.retransmissions.tcp": 1}},
		{depends, found{"loss.gaps.tcp": 0, "loss.sack_packets.tcp": 0, "loss.retransmissions.tcp": 9}},
		{depends, found{"loss.gaps.tcp": 0, "loss.sack_packets.tcp": 50, "loss.retransmissions.tcp": 0}}, // reordered only
	},
	"selective-repeat": {
		{holds, nil},
		{holds, found{"loss.retransmissions.tcp": 320}},
		{refuted, found{"loss.retransmissions.tcp": 321}},
		{holds, found{"loss.retransmissions.tcp": 321, "loss.overtaken.tcp": 1}},
		{depends, found{"loss.undelivered.tcp": 0, "loss.retransmissions.tcp": 0}},
		{depends, found{"loss.undelivered.tcp": 0, "loss.retransmissions.tcp": 9}},
	},
	"ack-needed-to-know": {
		{holds, nil},
		{refuted, found{"refusal.outcome_unconnected.udp": "told late"}},
		{refuted, found{"loss.told.udp": 1}},
	},
	"datagram-order": {
		{holds, nil},
		{holds, found{"ordering.out_of_order.udp": 0.1, "ordering.overtaken.udp": 1}},
		{depends, found{"ordering.out_of_order.udp": 0, "ordering.overtaken.udp": 9}},
		{depends, found{"ordering.out_of_order.udp": 0, "ordering.overtaken.udp": 10}}, // as theory says nothing
	},
	"stream-in-order-without-error": {
		{holds, nil},
		{refuted, found{"ordering.out_of_order.tcp": 0.1}},
		{refuted, found{"corruption.damaged.tcp": 1}},
		{refuted, found{"duplication.duplicates.tcp": 1}},
		{depends, found{"ordering.overtaken.tcp": 0}},
		{depends, found{"corruption.discarded.tcp": 0}},
		{depends, found{"duplication.copied.tcp": 0}},
		{refuted, found{"duplication.copied.tcp": 0, "duplication.duplicates.tcp": 1}},
	},
	"connection": {
		{holds, nil},
		{holds, found{"setup.packets_before_data.tcp": 2}},
		{refuted, found{"setup.packets_before_data.tcp": 1}},
		{refuted, found{"setup.packets_before_data.udp": 1}},
		{depends, found{"setup.packets_before_data.tcp": "no connection"}},
	},
	"no-handshake": {
		{holds, nil},
		{refuted, found{"setup.packets_before_data.udp": 1}},
		{refuted, found{"addressing.has_ports.udp": 39}},
	},
	"handshake-before-data": {
		{holds, nil},
		{holds, found{"setup.packets_before_data.tcp": 2}},
		{refuted, found{"setup.packets_before_data.tcp": 1}},
		{refuted, found{"setup.packets_before_data.tcp": 4}},
		{refuted, found{"sockets.server_sockets.tcp": 2}},
		{refuted, found{"sockets.server_sockets.tcp": 4}},
	},
	"setup-learns-window-and-sequence": {
		{holds, nil},
		{refuted, found{"setup.syn_windows.tcp": 1}},
		{refuted, found{"setup.syn_acknowledged.tcp": 1}},
	},
}
