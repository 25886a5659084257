package packet

import (
	"testing"

	"github.com/gopacket/gopacket/layers"
	"pgregory.net/rapid"
)

// TestGlanceAgreesWithDecode reads the same packets in both ways.
func TestGlanceAgreesWithDecode(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		packet := anyPacket(t, r)
		p, err := Decode(packet)
		got, ok := glanceAt(packet)
		if want := err == nil && (p.TCP != nil || p.UDP != nil); ok != want {
			t.Fatalf("ports seen: %v, want %v", ok, want)
		}
		if !ok {
			return
		}
		want := glance{source: p.SourcePort(), destination: p.DestinationPort(), stream: p.TCP != nil, payload: p.Payload}
		if p.TCP != nil {
			want.seq, want.ack = p.TCP.Seq, p.TCP.Ack
		}
		if got != want {
			t.Fatalf("at a glance %+v, want %+v", got, want)
		}
	})
}

// anyPacket is a packet as hosts send them, of TCP, UDP or ICMP, perhaps with
// options, perhaps a fragment.
func anyPacket(t *testing.T, r *rapid.T) []byte {
	data := payloadOf(rapid.StringN(0, 100, 200).Draw(r, "data"))
	port := rapid.Uint16Min(1)
	switch rapid.SampledFrom([]string{"tcp", "udp", "icmp", "fragment"}).Draw(r, "kind") {
	case "tcp":
		segment := syn()
		segment.SrcPort, segment.Seq = layers.TCPPort(port.Draw(r, "port")), rapid.Uint32().Draw(r, "seq")
		if rapid.Bool().Draw(r, "no options") {
			segment.Options = nil
		}
		return built(t, ip4(layers.IPProtocolTCP), segment, data)
	case "udp":
		return built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: layers.UDPPort(port.Draw(r, "port")), DstPort: 7}, data)
	case "icmp":
		return built(t, ip4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0)}, data)
	}
	ip := ip4(layers.IPProtocolUDP)
	ip.FragOffset = 185
	return built(t, ip, data)
}

// TestGlanceAtWhatIsCutShort: whatever the bytes are, it only says no.
func TestGlanceAtWhatIsCutShort(t *testing.T) {
	whole := built(t, ip4(layers.IPProtocolTCP), syn())
	for n := range whole {
		if _, ok := glanceAt(whole[:n]); ok {
			t.Errorf("%d of %d bytes have ports", n, len(whole))
		}
	}
	rapid.Check(t, func(r *rapid.T) { glanceAt(rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")) })
}
