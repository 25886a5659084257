package packet

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// built serializes headers and data with another implementation than the
// decoder's, checksums and lengths included.
func built(tb testing.TB, parts ...gopacket.SerializableLayer) []byte {
	tb.Helper()
	var network gopacket.NetworkLayer
	for _, part := range parts {
		switch l := part.(type) {
		case *layers.IPv4:
			network = l
		case *layers.IPv6:
			network = l
		case *layers.TCP:
			must(tb, l.SetNetworkLayerForChecksum(network))
		case *layers.UDP:
			must(tb, l.SetNetworkLayerForChecksum(network))
		case *layers.ICMPv6:
			must(tb, l.SetNetworkLayerForChecksum(network))
		}
	}
	b := gopacket.NewSerializeBuffer()
	must(tb, gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, parts...))
	return b.Bytes()
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

var (
	one, two   = net.IP{10, 0, 0, 1}, net.IP{10, 0, 0, 2}
	one6, two6 = net.ParseIP("fd00::1"), net.ParseIP("fd00::2")
)

func ip4(protocol layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{Version: 4, TTL: 64, Id: 7, Protocol: protocol, SrcIP: one, DstIP: two}
}

func ip6(next layers.IPProtocol) *layers.IPv6 {
	return &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: next, SrcIP: one6, DstIP: two6}
}

func syn() *layers.TCP {
	return &layers.TCP{
		SrcPort: 4000, DstPort: 7, Seq: 1 << 31, SYN: true, Window: 64240,
		Options: []layers.TCPOption{
			{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 180}},
			{OptionType: layers.TCPOptionKindSACKPermitted, OptionLength: 2},
			{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: []byte{0, 0, 0, 9, 0, 0, 0, 0}},
			{OptionType: layers.TCPOptionKindNop},
			{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{10}},
		},
	}
}

func payloadOf(s string) gopacket.Payload { return gopacket.Payload(s) }

// asMap is what a test looks at.
func asMap(p Packet) map[string]any {
	m := map[string]any{"length": p.Length, "payload": p.Payload, "data": string(p.Data), "protocol": p.Protocol.String(), "ok": p.ChecksumOK}
	switch {
	case p.TCP != nil:
		m["tcp"] = []any{p.TCP.SourcePort, p.TCP.DestinationPort, p.TCP.Seq, p.TCP.Ack, p.TCP.Flags.String(), p.TCP.Window, p.TCP.HeaderLength, p.TCP.Options}
	case p.UDP != nil:
		m["udp"] = *p.UDP
	case p.ICMP != nil:
		m["about"] = []any{p.ICMP.PortUnreachable(), p.ICMP.Protocol, p.ICMP.Source.String(), p.ICMP.Destination.String()}
	}
	if p.FragmentOffset > 0 || p.MoreFragments {
		m["fragment"] = []any{p.ID, p.FragmentOffset, p.MoreFragments}
	}
	return m
}

func TestDecode(t *testing.T) {
	udp := &layers.UDP{SrcPort: 4000, DstPort: 7}
	question := built(t, ip4(layers.IPProtocolUDP), udp, payloadOf("hello"))
	fragmented := ip4(layers.IPProtocolUDP)
	fragmented.FragOffset, fragmented.Flags = 185, layers.IPv4MoreFragments
	hop := &layers.IPv6HopByHop{}
	hop.NextHeader = layers.IPProtocolTCP
	hop.Options = []*layers.IPv6HopByHopOption{{OptionType: 1, OptionData: make([]byte, 4)}}
	none := Options{WindowScale: -1}
	for _, c := range []struct {
		name   string
		packet []byte
		want   map[string]any
	}{
		{"a SYN with all its options", built(t, ip4(layers.IPProtocolTCP), syn()), map[string]any{
			"length": 60, "payload": 0, "data": "", "protocol": "TCP", "ok": true,
			"tcp": []any{uint16(4000), uint16(7), uint32(1 << 31), uint32(0), "SYN", uint16(64240), 40, Options{MSS: 1460, WindowScale: 10, SACKPermitted: true, Timestamps: true, TSVal: 9}},
		}},
		{"data", built(t, ip4(layers.IPProtocolTCP), &layers.TCP{SrcPort: 1, DstPort: 2, Seq: 3, Ack: 4, ACK: true, PSH: true, Window: 5}, payloadOf("hello")), map[string]any{
			"length": 45, "payload": 5, "data": "hello", "protocol": "TCP", "ok": true,
			"tcp": []any{uint16(1), uint16(2), uint32(3), uint32(4), "PSH, ACK", uint16(5), 20, none},
		}},
		{"a datagram", question, map[string]any{
			"length": 33, "payload": 5, "data": "hello", "protocol": "UDP", "ok": true, "udp": Datagram{4000, 7, 13},
		}},
		{"a datagram of which the end was not kept", question[:30], map[string]any{
			"length": 33, "payload": 5, "data": "he", "protocol": "UDP", "ok": true, "udp": Datagram{4000, 7, 13},
		}},
		{"a later fragment", built(t, fragmented, payloadOf("rest")), map[string]any{
			"length": 24, "payload": 4, "data": "rest", "protocol": "UDP", "ok": true, "fragment": []any{uint16(7), 1480, true},
		}},
		{"a segment over IPv6, behind another header", built(t, ip6(layers.IPProtocolIPv6HopByHop), hop, &layers.TCP{SrcPort: 1, DstPort: 2, ACK: true}, payloadOf("x")), map[string]any{
			"length": 69, "payload": 1, "data": "x", "protocol": "TCP", "ok": true,
			"tcp": []any{uint16(1), uint16(2), uint32(0), uint32(0), "ACK", uint16(0), 20, none},
		}},
		{"nobody listens on the port", built(t, ip4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}, gopacket.Payload(question)), map[string]any{
			"length": 61, "payload": 41, "data": string(built(t, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}, gopacket.Payload(question))), "protocol": "ICMP", "ok": true,
			"about": []any{true, UDP, "10.0.0.1:4000", "10.0.0.2:7"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Decode(c.packet)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, asMap(p)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDecodeTellsWhatIsNoPacket(t *testing.T) {
	whole := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 1, DstPort: 2}, payloadOf("hello"))
	for _, c := range []struct {
		name   string
		packet []byte
		says   string
	}{
		{"nothing", nil, "no bytes"},
		{"another version", append([]byte{0x55}, whole[1:]...), "IP version 5"},
		{"half a header", whole[:10], "10 bytes"},
		{"half a header of version 6", built(t, ip6(layers.IPProtocolUDP))[:30], "30 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Decode(c.packet); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}

// TestEveryFlippedBitIsNoticed flips the bits of packets one by one. The sums
// of IP, TCP and UDP together cover every one of them (RFC 1071: a sum notices
// every single bit), so none may pass as whole.
func TestEveryFlippedBitIsNoticed(t *testing.T) {
	for name, packet := range map[string][]byte{
		"tcp": built(t, ip4(layers.IPProtocolTCP), syn(), payloadOf("hello")),
		"udp": built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 7}, payloadOf("hello!!")),
	} {
		t.Run(name, func(t *testing.T) {
			if p, err := Decode(packet); err != nil || !p.ChecksumOK {
				t.Fatalf("the packet as it was: checksums %v, error %v", p.ChecksumOK, err)
			}
			for bit := range len(packet) * 8 {
				packet[bit/8] ^= 1 << (bit % 8)
				if p, err := Decode(packet); err == nil && p.ChecksumOK {
					t.Errorf("bit %d of byte %d flipped: the checksums are right", bit%8, bit/8)
				}
				packet[bit/8] ^= 1 << (bit % 8)
			}
		})
	}
}

// TestAnEndpointIsOfItsPacket keeps addresses apart from those of the packet's
// buffer, which its owner uses again.
func TestAnEndpointIsOfItsPacket(t *testing.T) {
	packet := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 7})
	p, err := Decode(packet)
	must(t, err)
	clear(packet)
	if want := netip.MustParseAddr("10.0.0.1"); p.Source != want {
		t.Errorf("source %s after the buffer was used again, want %s", p.Source, want)
	}
}

// FuzzDecode looks for packets that the decoder stumbles over.
func FuzzDecode(f *testing.F) {
	question := built(f, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 7}, payloadOf("hello"))
	f.Add([]byte{})
	f.Add(question)
	f.Add(question[:25])
	f.Add(built(f, ip4(layers.IPProtocolTCP), syn()))
	f.Add(built(f, ip4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}, gopacket.Payload(question)))
	f.Add(built(f, ip6(layers.IPProtocolTCP), syn(), payloadOf("hello")))
	f.Add(built(f, ip6(layers.IPProtocolIPv6Fragment), gopacket.Payload{17, 0, 0, 1, 0, 0, 0, 9, 1, 2, 3, 4}))
	f.Fuzz(func(t *testing.T, packet []byte) {
		p, err := Decode(packet)
		if err != nil {
			return
		}
		switch {
		case p.Length < len(p.Data), p.Payload < len(p.Data), p.Payload > p.Length:
			t.Errorf("length %d, payload %d, of which %d bytes were kept", p.Length, p.Payload, len(p.Data))
		case p.NetworkHeader < 20, p.NetworkHeader > len(packet):
			t.Errorf("an IP header of %d bytes in a packet of %d", p.NetworkHeader, len(packet))
		case !p.Source.IsValid(), !p.Destination.IsValid():
			t.Error("no address")
		case p.TCP != nil && (p.TCP.HeaderLength < 20 || p.TCP.HeaderLength > 60):
			t.Errorf("a TCP header of %d bytes", p.TCP.HeaderLength)
		}
		Follow([]Packet{p, p})
		var all Conversations
		all.Of(p)
	})
}
