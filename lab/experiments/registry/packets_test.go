package registry

import (
	"math"
	"net"
	"net/netip"
	"testing"
	"time"

	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// tcp is a segment by hand, with numbers that count from the SYN.
func tcp(from wire.Side, flags packet.Flags, seq, ack uint32, payload int) packet.Packet {
	s := &packet.Segment{Flags: flags, RelativeSeq: seq, RelativeAck: ack, HeaderLength: 32, SourcePort: 1, DestinationPort: 2}
	return packet.Packet{From: from, Payload: payload, Length: 20 + 32 + payload, TCP: s}
}

// TestPartingPackets: three where the server's acknowledgement rides on its FIN,
// else four, and none without a connection. Other numbers are not as expected.
func TestPartingPackets(t *testing.T) {
	const client, server, ack, fin = wire.Client, wire.Server, packet.ACK, packet.FIN | packet.ACK
	leaves, last := tcp(client, fin, 8, 8, 0), tcp(client, ack, 9, 9, 0)
	for _, c := range []struct {
		name    string
		packets []packet.Packet
		want    int
		fits    bool
	}{
		{"four", []packet.Packet{leaves, tcp(server, ack, 8, 9, 0), tcp(server, fin, 8, 9, 0), last}, 4, true},
		{"three", []packet.Packet{leaves, tcp(server, fin, 8, 9, 0), last}, 3, true},
		{"both at once", []packet.Packet{leaves, tcp(server, fin, 8, 8, 0), last, tcp(server, ack, 9, 9, 0)}, 4, true},
		{"a FIN sent again", []packet.Packet{leaves, tcp(server, fin, 8, 9, 0), tcp(server, fin, 8, 9, 0), last}, 3, false},
		{"a reset", []packet.Packet{tcp(client, packet.RST, 8, 0, 0)}, 4, false},
		{"half closed", []packet.Packet{leaves, tcp(server, ack, 8, 9, 0)}, 4, false},
	} {
		got := partingPackets(transports.TCP, c.packets)
		if got != c.want || (len(c.packets) == got) != c.fits {
			t.Errorf("%s: %d packets, expected %d, want %d", c.name, len(c.packets), got, c.want)
		}
	}
	if got := partingPackets(transports.UDP, nil); got != 0 {
		t.Errorf("%d packets are expected of UDP", got)
	}
}

func TestAfterClose(t *testing.T) {
	const client, server, fin = wire.Client, wire.Server, packet.FIN | packet.ACK
	leaves, other, answer := tcp(client, fin, 8, 8, 0), tcp(server, fin, 8, 9, 0), tcp(client, packet.ACK, 9, 9, 0)
	for _, c := range []struct {
		name    string
		packets []packet.Packet
		want    closerState
	}{
		{"answers twice", []packet.Packet{leaves, other, answer, other, answer}, inTimeWait},
		{"answers once", []packet.Packet{leaves, other, answer, other}, inNothing},
		{"has forgotten", []packet.Packet{leaves, other, answer, other, answer, tcp(client, packet.RST, 9, 0, 0)}, inNothing},
		{"datagrams", []packet.Packet{{UDP: &packet.Datagram{}}}, inNothing},
	} {
		if got := afterClose(c.packets); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAcknowledged(t *testing.T) {
	const client, server = wire.Client, wire.Server
	syn, synAck := tcp(client, packet.SYN, 0, 0, 0), tcp(server, packet.SYN|packet.ACK, 0, 1, 0)
	there, back := tcp(client, packet.ACK, 1, 1, 7), tcp(server, packet.ACK, 1, 8, 7)
	heard := tcp(client, packet.ACK, 8, 8, 0)
	leaves, other := tcp(client, packet.FIN|packet.ACK, 8, 8, 0), tcp(server, packet.FIN|packet.ACK, 8, 9, 0)
	for _, c := range []struct {
		name        string
		packets     []packet.Packet
		all, parted bool
	}{
		{"datagrams", []packet.Packet{{UDP: &packet.Datagram{}}}, true, true},
		{"the echo is not", []packet.Packet{syn, synAck, there, back}, false, false},
		{"all", []packet.Packet{syn, synAck, there, back, heard}, true, false},
		{"the FIN is not", []packet.Packet{there, back, heard, leaves, other}, false, false},
		{"one side", []packet.Packet{there, back, leaves, tcp(server, packet.ACK, 8, 9, 0)}, true, false},
		{"both", []packet.Packet{there, back, heard, leaves, other, tcp(client, packet.ACK, 9, 9, 0)}, true, true},
	} {
		if all, both := acknowledged(c.packets), parted(c.packets); all != c.all || both != c.parted {
			t.Errorf("%s: acknowledged %v, parted %v; want %v, %v", c.name, all, both, c.all, c.parted)
		}
	}
}

// TestMessageArrival: a message arrives when its own packet does, whatever was
// copied or sent again before.
func TestMessageArrival(t *testing.T) {
	data := func(from wire.Side, at time.Duration) packet.Packet {
		p := tcp(from, packet.ACK, 1, 1, 7)
		p.Delivered = at
		return p
	}
	again, copied := data(wire.Client, 9*ms), data(wire.Client, 8*ms)
	again.Retransmission, copied.Copy = true, true
	packets := []packet.Packet{
		tcp(wire.Client, packet.SYN, 0, 0, 0), data(wire.Client, 5*ms), data(wire.Server, 6*ms), copied, again, data(wire.Client, 20*ms),
	}
	for i, want := range []time.Duration{5 * ms, 20 * ms, 0} {
		if got := messageArrival(packets, i); got != want {
			t.Errorf("message %d arrived at %v, want %v", i, got, want)
		}
	}
}

// handshake is one whose SYNs have, or have not, the timestamps option.
func handshake(client, server bool) []packet.Packet {
	syn, synAck := tcp(wire.Client, packet.SYN, 0, 0, 0), tcp(wire.Server, packet.SYN|packet.ACK, 0, 1, 0)
	syn.TCP.Options = packet.Options{MSS: 1460, Timestamps: client}
	synAck.TCP.Options = packet.Options{MSS: 1400, Timestamps: server}
	return []packet.Packet{syn, synAck, tcp(wire.Client, packet.ACK, 1, 1, 0)}
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

// conversation is one of so many echoes of 100 bytes, in which the server
// acknowledges with the echo or before it, and the client at last.
func conversation(n int, rides bool) []packet.Packet {
	packets := handshake(true, true)
	for i := range uint32(n) {
		seq, next := 1+100*i, 101+100*i
		packets = append(packets, tcp(wire.Client, packet.ACK, seq, seq, 100))
		if !rides {
			packets = append(packets, tcp(wire.Server, packet.ACK, seq, next, 0))
		}
		packets = append(packets, tcp(wire.Server, packet.ACK, seq, next, 100))
		if !rides || i == uint32(n)-1 {
			packets = append(packets, tcp(wire.Client, packet.ACK, next, next, 0))
		}
	}
	return packets
}

// overheadOf is what would be measured of the packets, and expected.
func overheadOf(t testbed.Transport, size int, packets []packet.Packet, echoes int) *result.Result {
	c := cost{echoes: echoes}
	c.count(packets)
	r := costRows{
		result.Row("header_bytes", "", ""), result.Row("packets_per_echo", "", ""), result.Row("efficiency", "", ""),
		result.Row("ip_header", "", ""), result.Row("transport_header", "", ""),
	}
	r.set(t, size, c)
	return &result.Result{Measurements: result.Rows(0, r.header, r.packets, r.efficiency, r.ip, r.transport)}
}

// TestOverheadOfSegments: acknowledgements that ride cost no packet, others one
// each, and everything else is not as expected.
func TestOverheadOfSegments(t *testing.T) {
	all := []string{"header_bytes", "packets_per_echo", "efficiency", "ip_header", "transport_header"}
	r := overheadOf(transports.TCP, 100, conversation(20, true), 20)
	wantExpected(t, r, "tcp", true, all...)
	wantValues(t, r, "tcp", map[string]result.Value{"packets_per_echo": result.Num(2.05), "header_bytes": result.Num(52), "transport_header": result.Num(32)})
	r = overheadOf(transports.TCP, 100, conversation(20, false), 20)
	wantExpected(t, r, "tcp", true, all...)
	wantValues(t, r, "tcp", map[string]result.Value{"packets_per_echo": result.Num(4)})

	twice := append(conversation(20, false), tcp(wire.Client, packet.ACK, 2001, 2001, 0))
	wantExpected(t, overheadOf(transports.TCP, 100, twice, 20), "tcp", false, "packets_per_echo", "efficiency")
	long := conversation(20, true)
	long[10].TCP.HeaderLength, long[10].Length = 44, long[10].Length+12
	wantExpected(t, overheadOf(transports.TCP, 100, long, 20), "tcp", false, "header_bytes", "transport_header", "efficiency")
	plain := append(handshake(true, false), conversation(20, true)[3:]...)
	wantExpected(t, overheadOf(transports.TCP, 100, plain, 20), "tcp", false, "header_bytes", "transport_header")
	ip := conversation(20, true)
	ip[10].Length += 4
	wantExpected(t, overheadOf(transports.TCP, 100, ip, 20), "tcp", false, "ip_header", "header_bytes")
	again := conversation(20, true)
	again[10].Retransmission = true
	if _, ok := overheadOf(transports.TCP, 100, again, 20).Find("packets_per_echo").Expected["tcp"]; ok {
		t.Error("a number of packets is expected where some were sent again")
	}
	if _, ok := overheadOf(transports.TCP, 1361, conversation(20, true), 20).Find("packets_per_echo").Expected["tcp"]; ok {
		t.Error("a number of packets is expected of messages that take two segments")
	}
	if _, ok := overheadOf(transports.TCP, 1360, conversation(20, true), 20).Find("packets_per_echo").Expected["tcp"]; !ok {
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
		r := costRows{result.Row("h", "", ""), result.Row("p", "", ""), result.Row("e", "", ""), result.Row("i", "", ""), result.Row("t", "", "")}
		r.expectDatagrams(transports.UDP, c.size)
		share := 100 * float64(2*c.size) / (float64(2*c.size) + c.packets*c.headers)
		for row, want := range map[*result.Measurement]float64{r.header: c.headers, r.packets: c.packets, r.transport: c.header, r.efficiency: share} {
			if got := row.Expected["udp"].Number; math.Abs(got-want) > 1e-9 || row.High["udp"]-row.Low["udp"] > 1e-8 {
				t.Errorf("%d bytes, row %s: expected %v, want %v", c.size, row.ID, got, want)
			}
		}
	}
}

func TestEchoesOver(t *testing.T) {
	for _, c := range []struct {
		trip, longest time.Duration
		want          int
	}{
		{0, time.Minute, 20}, {2 * ms, time.Minute, 20}, {time.Second, time.Minute, 15}, {time.Hour, time.Minute, 3}, {4 * time.Second, 6 * time.Hour, 20},
	} {
		if got := echoesOver(c.trip, c.longest); got != c.want {
			t.Errorf("over %v within %v: %d echoes, want %d", c.trip, c.longest, got, c.want)
		}
	}
}

// TestAddressed: both addresses and both ports, or it does not count.
func TestAddressed(t *testing.T) {
	whole := tcp(wire.Client, packet.ACK, 1, 1, 7)
	whole.Source, whole.Destination = netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	without := func(strip func(*packet.Packet)) packet.Packet {
		p, segment := whole, *whole.TCP
		p.TCP = &segment
		strip(&p)
		return p
	}
	for name, c := range map[string]struct {
		p    packet.Packet
		want bool
	}{
		"whole":               {whole, true},
		"no source":           {without(func(p *packet.Packet) { p.Source = netip.Addr{} }), false},
		"no destination":      {without(func(p *packet.Packet) { p.Destination = netip.Addr{} }), false},
		"no source port":      {without(func(p *packet.Packet) { p.TCP.SourcePort = 0 }), false},
		"no destination port": {without(func(p *packet.Packet) { p.TCP.DestinationPort = 0 }), false},
		"another protocol":    {without(func(p *packet.Packet) { p.TCP = nil }), false},
	} {
		if got := addressed(c.p); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	later := packet.Packet{FragmentOffset: 1480}
	if got := datagramsOf([]packet.Packet{whole, later, whole}); len(got) != 2 {
		t.Errorf("%d packets begin a datagram, want 2", len(got))
	}
}

// switched notes how Nagle's algorithm is switched.
type switched struct {
	net.Conn
	noDelay []bool
}

func (s *switched) SetNoDelay(on bool) error {
	s.noDelay = append(s.noDelay, on)
	return nil
}

func TestNagleIsSwitched(t *testing.T) {
	for _, on := range []bool{true, false} {
		c := &switched{}
		if err := setNoDelay(c, on); err != nil || len(c.noDelay) != 1 || c.noDelay[0] != on {
			t.Errorf("TCP_NODELAY set to %v, %v; want %v", c.noDelay, err, on)
		}
	}
}

// TestBurstPackets: the initial window and the rest; with Nagle the first and
// the rest; of datagrams all.
func TestBurstPackets(t *testing.T) {
	for _, c := range []struct {
		t       testbed.Transport
		noDelay bool
		want    int
	}{
		{transports.TCP, true, 11}, {transports.TCP, false, 2}, {transports.UDP, true, 20}, {transports.UDP, false, 20},
	} {
		if got := burstPackets(c.t, c.noDelay); got != c.want {
			t.Errorf("%s, TCP_NODELAY %v: %d packets, want %d", c.t.Name, c.noDelay, got, c.want)
		}
	}
}
