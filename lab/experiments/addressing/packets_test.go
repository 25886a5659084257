package addressing

import (
	"net/netip"
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// TestAddressed: both addresses and both ports, or it does not count.
func TestAddressed(t *testing.T) {
	whole := probetest.TCP(wire.Client, packet.ACK, 1, 1, 7)
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
