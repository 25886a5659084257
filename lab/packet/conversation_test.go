package packet

import (
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"echolab/lab/wire"
)

// decoded is a packet between two hosts, by the last byte of their addresses.
func decoded(t *testing.T, from, to byte, l gopacket.SerializableLayer, parts ...gopacket.SerializableLayer) Packet {
	t.Helper()
	protocol := layers.IPProtocolUDP
	switch l.(type) {
	case *layers.TCP:
		protocol = layers.IPProtocolTCP
	case *layers.ICMPv4:
		protocol = layers.IPProtocolICMPv4
	}
	ip := ip4(protocol)
	ip.SrcIP, ip.DstIP = net.IP{10, 0, 0, from}, net.IP{10, 0, 0, to}
	p, err := Decode(built(t, append([]gopacket.SerializableLayer{ip, l}, parts...)...))
	must(t, err)
	return p
}

func TestConversationsAreToldApart(t *testing.T) {
	ask := &layers.UDP{SrcPort: 4000, DstPort: 7}
	quoted := built(t, ip4(layers.IPProtocolUDP), ask, payloadOf("hello"))
	unreachable := &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}
	var all Conversations
	for _, c := range []struct {
		name string
		p    Packet
		want int
		from wire.Side
	}{
		{"a datagram", decoded(t, 1, 2, ask), 1, wire.Client},
		{"its answer", decoded(t, 2, 1, &layers.UDP{SrcPort: 7, DstPort: 4000}), 1, wire.Server},
		{"the same ports, but TCP", decoded(t, 1, 2, &layers.TCP{SrcPort: 4000, DstPort: 7, SYN: true}), 2, wire.Client},
		{"another port", decoded(t, 1, 2, &layers.UDP{SrcPort: 4001, DstPort: 7}), 3, wire.Client},
		{"a SYN-ACK alone: whoever sends it is the server", decoded(t, 2, 1, &layers.TCP{SrcPort: 80, DstPort: 5000, SYN: true, ACK: true}), 4, wire.Server},
		{"a report about the first", decoded(t, 2, 1, unreachable, gopacket.Payload(quoted)), 1, wire.Server},
		{"an echo request of ICMP", decoded(t, 1, 2, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0)}), 0, wire.Client},
	} {
		got := all.Of(c.p)
		if got != c.want {
			t.Errorf("%s: conversation %d, want %d", c.name, got, c.want)
			continue
		}
		if got > 0 && all.Side(got, c.p) != c.from {
			t.Errorf("%s: from side %d, want %d", c.name, all.Side(got, c.p), c.from)
		}
	}
	if len(all.ends) != 4 {
		t.Errorf("%d conversations, want 4", len(all.ends))
	}
}

// TestFragmentsBelongTogether follows fragments, which have no ports but the
// first, by the identification of their packet.
func TestFragmentsBelongTogether(t *testing.T) {
	fragment := func(id uint16, offset int, more bool) Packet {
		p := decoded(t, 1, 2, &layers.UDP{SrcPort: 4000, DstPort: 7}, payloadOf("0123456789abcdef"))
		p.ID, p.FragmentOffset, p.MoreFragments = id, offset, more
		if offset > 0 {
			p.UDP = nil
		}
		return p
	}
	var all Conversations
	for i, want := range []int{1, 1, 1, 0} {
		p := []Packet{fragment(5, 0, true), fragment(5, 16, true), fragment(5, 32, false), fragment(6, 16, false)}[i]
		if got := all.Of(p); got != want {
			t.Errorf("fragment %d: conversation %d, want %d", i+1, got, want)
		}
	}
}

// TestConversationsAreBounded gives up telling apart what is too much.
func TestConversationsAreBounded(t *testing.T) {
	p := decoded(t, 1, 2, &layers.UDP{SrcPort: 0, DstPort: 7})
	var all Conversations
	for n := range mostConversations + 10 {
		p.UDP.SourcePort, p.UDP.DestinationPort = uint16(n), uint16(n>>16)+1
		all.Of(p)
	}
	if len(all.ends) != mostConversations {
		t.Errorf("%d conversations remembered, want %d", len(all.ends), mostConversations)
	}
	if got := all.Of(p); got != 0 {
		t.Errorf("one too many is conversation %d, want 0", got)
	}
}

// TestOneHostMayTalkToItself tells sides by their ports where both have one
// address, as on a loopback interface.
func TestOneHostMayTalkToItself(t *testing.T) {
	var all Conversations
	question := decoded(t, 1, 1, &layers.UDP{SrcPort: 4000, DstPort: 7})
	answer := decoded(t, 1, 1, &layers.UDP{SrcPort: 7, DstPort: 4000})
	if all.Of(question) != 1 || all.Of(answer) != 1 {
		t.Fatal("question and answer are not one conversation")
	}
	if all.Side(1, question) != wire.Client || all.Side(1, answer) != wire.Server {
		t.Errorf("sides %d and %d, want client and server", all.Side(1, question), all.Side(1, answer))
	}
}
