package capture

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// passedOver is what remembers two wires: one with an echo of UDP, and one with
// two echoes and a SYN that nobody answers.
func passedOver(t *testing.T) *Wires {
	t.Helper()
	var w Wires
	at := time.Duration(0)
	pass := func(tap wire.Tap, from wire.Side, raw []byte) {
		at += time.Millisecond
		tap(wire.Event{Time: at, From: from, Number: int(at), Fate: link.Queued, Packet: raw})
		tap(wire.Event{Time: at + 1, From: from, Number: int(at), Fate: link.Delivered, Packet: raw})
	}
	udp := func(port layers.UDPPort) []byte {
		return built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: port, DstPort: 7}, gopacket.Payload("hello"))
	}
	pass(w.Watch(wire.Options{}).Packets, wire.Client, udp(4000))
	second := w.Watch(wire.Options{Client: link.Conditions{Loss: 0.5}}).Packets
	pass(second, wire.Client, udp(4001))
	pass(second, wire.Client, udp(4002))
	pass(second, wire.Client, built(t, ip4(layers.IPProtocolTCP), &layers.TCP{SrcPort: 4000, DstPort: 7, SYN: true, Window: 1}))
	return &w
}

// TestTeaching: the conversation with the lesson is found on whichever wire it
// is, alone or with the others of its wire.
func TestTeaching(t *testing.T) {
	w := passedOver(t)
	got, ok := w.Teaching(transports.TCP, packet.Lesson{Shows: []packet.Sight{packet.WindowClosed, packet.SYNUnanswered}}, wire.Options{})
	if !ok || got.Conditions.Client.Loss != 0.5 || !slices.Equal(got.Marks, []int{0}) {
		t.Errorf("%v: %+v, want the SYN of the second wire, marked", ok, got)
	}
	got, ok = w.Teaching(transports.UDP, packet.Lesson{Shows: []packet.Sight{packet.WindowClosed}, Together: true}, wire.Options{})
	if !ok || got.Together > 1 || got.Conversation != 1 || got.Of != 3 || len(got.Marks) > 0 || got.Unseen == "" {
		t.Errorf("%v: %+v, want the first of three, since none has what is to be seen", ok, got)
	}
	half := wire.Options{Client: link.Conditions{Loss: 0.5}}
	if got, _ = w.Teaching(transports.UDP, packet.Lesson{Shows: []packet.Sight{packet.WindowClosed}}, half); got.Conversation != 2 {
		t.Errorf("conversation %d, want the first under the experiment's own conditions", got.Conversation)
	}
	all := w.Conversations(transports.UDP)
	if len(all) != 3 || all[2].Conversation != 3 || all[2].Client != netip.MustParseAddrPort("10.0.0.1:4002") {
		t.Errorf("conversations %+v", all)
	}
	if _, ok := new(Wires).Teaching(transports.TCP, packet.Lesson{}, wire.Options{}); ok {
		t.Error("a conversation among none")
	}
}

// TestTogether: several conversations are drawn as one, each with notes of its
// own.
func TestTogether(t *testing.T) {
	whole := packet.Joined(passedOver(t).Conversations(transports.UDP)[1:])
	if whole.Together != 2 || len(whole.Packets) != 2 {
		t.Fatalf("%+v, want two conversations of a packet each", whole)
	}
	for i, notes := range whole.Annotations() {
		if len(notes) != 1 || notes[0].Text.String() != "data at once: no handshake" {
			t.Errorf("packet %d: notes %v", i, notes)
		}
	}
}

// TestSeen: the length of a queue and the state of a socket are kept as often as they
// change, each with its wire.
func TestSeen(t *testing.T) {
	var w Wires
	w.Watch(wire.Options{})
	second := w.Watch(wire.Options{Seed: 2})
	socket := testbed.Socket{
		Local: netip.MustParseAddrPort("10.0.0.1:1"), Peer: netip.MustParseAddrPort("10.0.0.2:7"), Cwnd: 10,
	}
	for i, length := range []int{0, 1, 1, 2, 0} {
		at := time.Duration(i) * time.Millisecond
		second.Packets(wire.Event{Time: at, From: wire.Server, Number: i + 1, Fate: link.Lost, Queue: length})
		socket.Time, socket.InFlight = at, length
		second.Sockets(socket)
	}
	all := w.Seen()
	if len(all) != 2 || len(all[0].Queues)+len(all[0].Sockets) > 0 || all[1].Conditions.Seed != 2 {
		t.Fatalf("seen %+v", all)
	}
	var lengths, flights []int
	for _, q := range all[1].Queues {
		lengths = append(lengths, q.Packets)
	}
	for _, s := range all[1].Sockets {
		flights = append(flights, s.InFlight)
	}
	if !slices.Equal(lengths, []int{1, 2, 0}) || !slices.Equal(flights, []int{0, 1, 2, 0}) {
		t.Errorf("queues of %v packets, sockets with %v bytes in flight", lengths, flights)
	}
}
