package registry

// found is what experiments measured, by experiment, row and transport: a number, or
// a word.
type found map[string]any

// usual is what some experiments find under their own conditions.
var usual = found{
	"loss.delivered.tcp": 100, "loss.delivered.udp": 81,
	"loss.undelivered.tcp": 160, "loss.undelivered.udp": 190,
	"loss.retransmissions.tcp": 110, "loss.retransmissions.udp": 0,
	"loss.overtaken.tcp": 0, "loss.gaps.tcp": 70, "loss.sack_packets.tcp": 800,
	"loss.told.udp": 0, "refusal.outcome_unconnected.udp": "never told",
	"ordering.out_of_order.tcp": 0, "ordering.out_of_order.udp": 58.7,
	"ordering.overtaken.tcp": 400, "ordering.overtaken.udp": 900,
	"corruption.damaged.tcp": 0, "corruption.discarded.tcp": 95,
	"duplication.duplicates.tcp": 0, "duplication.copied.tcp": 300,
	"setup.packets_before_data.tcp": 3, "setup.packets_before_data.udp": 0,
	"setup.syn_windows.tcp": 2, "setup.syn_acknowledged.tcp": 2,
	"addressing.has_ports.udp": 40, "addressing.packets.udp": 40,
	"sockets.server_sockets.tcp": 3,
}

// allRates are all four things that "faster" may mean: TCP takes so long in each,
// and UDP so long.
func allRates(tcp, udp float64) found {
	return found{
		"setup.first_reply_rtts.tcp": tcp, "throughput.transfer_10k.tcp": tcp, "throughput.transfer_1m.tcp": tcp,
		"setup.first_reply_rtts.udp": udp, "throughput.transfer_10k.udp": udp, "throughput.transfer_1m.udp": udp,
		"throughput.goodput.tcp": 1 / tcp, "throughput.goodput.udp": 1 / udp,
	}
}

func overflow(lost int, waited float64, told int) found {
	return found{"flow.lost_overflow.udp": lost, "flow.sender_waited.udp": waited, "flow.zero_windows.udp": told}
}

func windows(least int, waited float64, lost int) found {
	return found{"flow.least_window.tcp": least, "flow.sender_waited.tcp": waited, "flow.lost.tcp": lost}
}

// controls are what TCP and UDP do at a slow reader and at a full queue.
func controls() found {
	return found{
		"flow.sender_waited.tcp": 0.1, "congestion.queue_loss.tcp": 24.9, "congestion.data_lost.tcp": 0,
		"flow.sender_waited.udp": 0, "congestion.queue_loss.udp": 50, "congestion.data_lost.udp": 50,
		"congestion.sent.tcp": 20, "congestion.sent.udp": 40,
	}
}

// but is what was found, and something else in one place.
func but(f found, name string, value any) found {
	f[name] = value
	return f
}

func addresses(named, valid, damaged int) found {
	return found{
		"addressing.packets.tcp": 20, "addressing.has_ports.tcp": named, "addressing.checksum_valid.tcp": valid,
		"addressing.packets.udp": 20, "addressing.has_ports.udp": 20, "addressing.checksum_valid.udp": 20,
		"corruption.damaged.tcp": damaged, "corruption.damaged.udp": 0,
	}
}

func casts(broadcastTCP, multicastTCP any, broadcastUDP, multicastUDP int) found {
	return found{
		"cast.broadcast.tcp": broadcastTCP, "cast.multicast.tcp": multicastTCP,
		"cast.broadcast.udp": broadcastUDP, "cast.multicast.udp": multicastUDP,
	}
}

func write(returns, arrives, trip float64) found {
	return found{"close.write_returns.tcp": returns, "close.arrives_after.tcp": arrives, "close.write_rtt.tcp": trip}
}

func costs(headersUDP, headersTCP, packetsUDP, packetsTCP float64) found {
	return found{
		"overhead.header_bytes.udp": headersUDP, "overhead.header_bytes.tcp": headersTCP,
		"overhead.packets_per_echo.udp": packetsUDP, "overhead.packets_per_echo.tcp": packetsTCP,
	}
}

func layers(ipTCP, ipUDP, transportUDP, transportTCP float64) found {
	return found{
		"overhead.ip_header.tcp": ipTCP, "overhead.ip_header.udp": ipUDP,
		"overhead.transport_header.udp": transportUDP, "overhead.transport_header.tcp": transportTCP,
	}
}
