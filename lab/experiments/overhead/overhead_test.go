package overhead

import (
	"math"
	"testing"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// handshake is one whose SYNs have, or have not, the timestamps option.
func handshake(client, server bool) []packet.Packet {
	syn := probetest.TCP(wire.Client, packet.SYN, 0, 0, 0)
	synAck := probetest.TCP(wire.Server, packet.SYN|packet.ACK, 0, 1, 0)
	syn.TCP.Options = packet.Options{MSS: 1460, Timestamps: client}
	synAck.TCP.Options = packet.Options{MSS: 1400, Timestamps: server}
	return []packet.Packet{syn, synAck, probetest.TCP(wire.Client, packet.ACK, 1, 1, 0)}
}

// TestNegotiate: the option is in every segment only if both SYNs had it (RFC
// 7323 section 3.2), and takes 12 bytes of each.
func TestNegotiate(t *testing.T) {
	for _, c := range []struct {
		client, server bool
		header, named  int // without and with two blocks of a selective acknowledgement
	}{
		{true, true, 32, 52}, {true, false, 20, 40}, {false, true, 20, 40}, {false, false, 20, 40},
	} {
		n := negotiate(handshake(c.client, c.server))
		if n.header(0) != c.header || n.header(2) != c.named || n.room() != 1360 {
			t.Errorf("%+v: header %d and %d, room %d", c, n.header(0), n.header(2), n.room())
		}
	}
}

// conversation is one of n echoes of 100 bytes, in which the server
// acknowledges with the echo or before it, and the client at last.
func conversation(n int, rides bool) []packet.Packet {
	packets := handshake(true, true)
	for i := range uint32(n) {
		seq, next := 1+100*i, 101+100*i
		packets = append(packets, probetest.TCP(wire.Client, packet.ACK, seq, seq, 100))
		if !rides {
			packets = append(packets, probetest.TCP(wire.Server, packet.ACK, seq, next, 0))
		}
		packets = append(packets, probetest.TCP(wire.Server, packet.ACK, seq, next, 100))
		if !rides || i == uint32(n)-1 {
			packets = append(packets, probetest.TCP(wire.Client, packet.ACK, next, next, 0))
		}
	}
	return packets
}

// overheadOf is what would be measured of the packets, and expected.
func overheadOf(t testbed.Transport, size int, packets []packet.Packet, echoes int) *result.Result {
	c := cost{size: size, echoes: echoes}
	c.count(packets)
	return resultOf(t, c)
}

func resultOf(t testbed.Transport, c cost) *result.Result {
	measured := experiments.Measure([]testbed.Transport{t}, map[string]cost{t.Name: c}, rows...)
	return &result.Result{Measurements: measured}
}

// TestOverheadOfSegments: acknowledgements that ride cost no packet, others one
// each, and everything else is not as expected.
func TestOverheadOfSegments(t *testing.T) {
	all := []string{"header_bytes", "packets_per_echo", "efficiency", "ip_header", "transport_header"}
	r := overheadOf(transports.TCP, 100, conversation(20, true), 20)
	probetest.WantExpected(t, r, "tcp", true, all...)
	probetest.WantValues(t, r, "tcp", map[string]result.Value{
		"packets_per_echo": result.Num(2.05), "header_bytes": result.Num(52), "transport_header": result.Num(32),
	})
	r = overheadOf(transports.TCP, 100, conversation(20, false), 20)
	probetest.WantExpected(t, r, "tcp", true, all...)
	probetest.WantValues(t, r, "tcp", map[string]result.Value{"packets_per_echo": result.Num(4)})

	twice := append(conversation(20, false), probetest.TCP(wire.Client, packet.ACK, 2001, 2001, 0))
	probetest.WantExpected(t, overheadOf(transports.TCP, 100, twice, 20), "tcp", false, "packets_per_echo", "efficiency")
	long := conversation(20, true)
	long[10].TCP.HeaderLength, long[10].Length = 44, long[10].Length+12
	r = overheadOf(transports.TCP, 100, long, 20)
	probetest.WantExpected(t, r, "tcp", false, "header_bytes", "transport_header", "efficiency")
	plain := append(handshake(true, false), conversation(20, true)[3:]...)
	probetest.WantExpected(t, overheadOf(transports.TCP, 100, plain, 20), "tcp", false, "header_bytes", "transport_header")
	ip := conversation(20, true)
	ip[10].Length += 4
	probetest.WantExpected(t, overheadOf(transports.TCP, 100, ip, 20), "tcp", false, "ip_header", "header_bytes")
	again := conversation(20, true)
	again[10].Retransmission = true
	if _, ok := overheadOf(transports.TCP, 100, again, 20).Find("packets_per_echo").Expected["tcp"]; ok {
		t.Error("a number of packets is expected where some were sent again")
	}
	if _, ok := overheadOf(transports.TCP, 1361, conversation(20, true), 20).Find("packets_per_echo").Expected["tcp"]; ok {
		t.Error("a number of packets is expected of messages that take two segments")
	}
	r = overheadOf(transports.TCP, 1360, conversation(20, true), 20)
	if _, ok := r.Find("packets_per_echo").Expected["tcp"]; !ok {
		t.Error("nothing is expected of messages that fill one segment")
	}
}

// TestOverheadOfDatagrams: 28 bytes in one packet; of two fragments the second
// has no header of UDP.
func TestOverheadOfDatagrams(t *testing.T) {
	for _, c := range []struct {
		size            int
		packets         float64
		headers, header float64
	}{
		{100, 2, 28, 8}, {1472, 2, 28, 8}, {1473, 4, 24, 4}, {2953, 6, 68. / 3, 8. / 3},
	} {
		r := resultOf(transports.UDP, cost{size: c.size, echoes: 1})
		share := 100 * float64(2*c.size) / (float64(2*c.size) + c.packets*c.headers)
		for id, want := range map[string]float64{
			"header_bytes": c.headers, "packets_per_echo": c.packets, "transport_header": c.header, "efficiency": share,
		} {
			row := r.Find(id)
			if got := row.Expected["udp"].Number; math.Abs(got-want) > 1e-9 || row.High["udp"]-row.Low["udp"] > 1e-8 {
				t.Errorf("%d bytes, row %s: expected %v, want %v", c.size, id, got, want)
			}
		}
	}
}

func TestEchoesOver(t *testing.T) {
	for _, c := range []struct {
		trip, longest time.Duration
		want          int
	}{
		{0, time.Minute, 20}, {2 * probetest.Tick, time.Minute, 20}, {time.Second, time.Minute, 15},
		{time.Hour, time.Minute, 3}, {4 * time.Second, 6 * time.Hour, 20},
	} {
		if got := echoesOver(c.trip, c.longest); got != c.want {
			t.Errorf("over %v within %v: %d echoes, want %d", c.trip, c.longest, got, c.want)
		}
	}
}
