package trace

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/wire"
)

// talked makes a trace of a conversation, a packet a millisecond, each handed
// over half of one later.
func talked(hello []sent, talk ...sent) Trace {
	made := packets(slices.Concat(hello, talk))
	for i := range made {
		made[i].Time, made[i].Number = time.Duration(i)*time.Millisecond, i+1
		made[i].Delivered, made[i].Fate = made[i].Time+time.Millisecond/2, link.Delivered
	}
	Follow(made)
	return Trace{Transport: "tcp", Network: "virtual", Packets: made}
}

// struck is a trace in which a packet met another fate.
func struck(t Trace, at int, fate link.Fate) Trace {
	t.Packets[at].Fate, t.Packets[at].Delivered = fate, 0
	return t
}

// wrote is data of the client's, heard an acknowledgement of the server's.
func wrote(seq uint32, bytes int) sent {
	return sent{from: client, flags: PSH | ACK, seq: seq, ack: 500, bytes: bytes, window: room}
}

func heard(ack uint32, window uint16) sent {
	return sent{from: server, flags: ACK, seq: 500, ack: ack, window: window}
}

// repaired is a conversation whose first data goes missing: packet 3 of it is
// sent again as packet 6, and packet 5 tells of the gap.
func repaired(fate link.Fate) Trace {
	t := struck(talked(greeting[:3], wrote(100, 10), wrote(110, 10),
		heard(100, room), wrote(100, 10), heard(120, room)), 3, fate)
	t.Packets[5].TCP.Options.SACK = [][2]uint32{{110, 120}}
	return t
}

// usedUp is a conversation in which the window becomes small, and has no room
// for as much as packet 6 took; packet 7 allows more.
func usedUp() Trace {
	t := talked(greeting[:3], heard(100, 1000), wrote(100, 900), heard(1000, 100), wrote(1000, 60),
		heard(1060, 100), wrote(1060, 60))
	return t
}

// TestSights finds each sight where it is, in a conversation of its own, and
// nowhere else.
func TestSights(t *testing.T) {
	fin := func(s sent) sent { s.flags |= FIN; return s }
	hello := greeting[:3]
	copied := talked(hello, wrote(100, 10), wrote(100, 10))
	copied.Packets[4].Copy, copied.Packets[4].Number, copied.Packets[4].Retransmission = true, 4, false
	overtaken := talked(hello, wrote(100, 10), wrote(110, 10))
	overtaken.Packets[3].Delivered = time.Second
	many := decoded(t, 1, 255, &layers.UDP{SrcPort: 4000, DstPort: 7})
	answer := decoded(t, 2, 1, &layers.UDP{SrcPort: 7, DstPort: 4000})
	answer.From = wire.Server
	for _, test := range []struct {
		name  string
		trace Trace
		sight lab.Sight // "" is none
		marks []int
	}{
		{"nothing at all", Trace{}, "", nil},
		{"an echo", talked(hello, wrote(100, 10), heard(110, room)), "", nil},
		{"a drop and its repair", repaired(link.Lost), lab.DataDropped, []int{3, 5, 6, 7}},
		{"a full queue", repaired(link.Overflowed), lab.QueueFull, []int{3, 5, 6, 7}},
		{"a flipped bit", repaired(link.Corrupted), lab.Damaged, []int{3, 5, 6, 7}},
		{"a drop without repair", struck(talked(hello, wrote(100, 10)), 3, link.Lost), lab.DataDropped, []int{3}},
		{"an acknowledgement dropped", struck(talked(hello), 2, link.Lost), "", nil},
		{"a closed window",
			talked(hello, wrote(100, 10), heard(110, 0), wrote(110, 1), heard(110, room), wrote(110, 10)),
			lab.WindowClosed, []int{4, 5, 6, 7}},
		{"a window that is used up", usedUp(), lab.WindowUsedUp, []int{6, 7, 8}},
		{"Nagle", talked(hello, wrote(100, 10), heard(110, room), wrote(110, 90), heard(200, room)),
			lab.WritesGathered, []int{3, 4, 5}},
		{"no Nagle", talked(hello, wrote(100, 10), wrote(110, 10), heard(120, room)), "", nil},
		{"both close", talked(hello, fin(wrote(100, 0)), heard(101, room), fin(heard(101, room)),
			sent{from: client, flags: ACK, seq: 101, ack: 501, window: room}), lab.BothClose, []int{3, 5, 6}},
		{"one closes", talked(hello, fin(wrote(100, 0)), heard(101, room)), "", nil},
		{"a SYN without an answer", talked(greeting[:1]), lab.SYNUnanswered, []int{0}},
		{"a SYN that is lost and sent again", struck(talked(greeting[:1], greeting[0], greeting[1]), 0, link.Lost), lab.SYNAgain, []int{1}},
		{"refused", talked(greeting[:1], sent{from: server, flags: RST | ACK, ack: 100}), lab.Refused, []int{1}},
		{"a copy", copied, lab.Copied, []int{3, 4}},
		{"overtaken", overtaken, lab.Overtaken, []int{3, 4}},
		{"a broadcast", Trace{Packets: []Packet{many, answer, answer}}, lab.SentToMany, []int{0, 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []lab.Sight
			if test.sight != "" {
				want = []lab.Sight{test.sight}
				if got := sights[test.sight](test.trace); !slices.Equal(got, test.marks) {
					t.Errorf("marks %v, want %v", got, test.marks)
				}
			}
			if got := test.trace.Seen(); !slices.Equal(got, want) {
				t.Errorf("%v can be seen, want %v", got, want)
			}
		})
	}
}

// passedOver is what remembers two wires: one with an echo of UDP, and one with
// two echoes and a SYN that nobody answers.
func passedOver(t *testing.T) *Wires {
	t.Helper()
	var w Wires
	at := time.Duration(0)
	pass := func(tap wire.Tap, from wire.Side, packet []byte) {
		at += time.Millisecond
		tap(wire.Event{Time: at, From: from, Number: int(at), Fate: link.Queued, Packet: packet})
		tap(wire.Event{Time: at + 1, From: from, Number: int(at), Fate: link.Delivered, Packet: packet})
	}
	udp := func(port layers.UDPPort) []byte {
		return built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: port, DstPort: 7}, text("hello"))
	}
	pass(w.Tap(lab.Experiment{}, wire.Options{}), wire.Client, udp(4000))
	second := w.Tap(lab.Experiment{}, wire.Options{Client: link.Conditions{Loss: 0.5}})
	pass(second, wire.Client, udp(4001))
	pass(second, wire.Client, udp(4002))
	pass(second, wire.Client, built(t, ip4(layers.IPProtocolTCP), &layers.TCP{SrcPort: 4000, DstPort: 7, SYN: true, Window: 1}))
	return &w
}

// TestTeaching: the conversation with the lesson is found on whichever wire it
// is, alone or with the others of its wire.
func TestTeaching(t *testing.T) {
	w := passedOver(t)
	got, ok := w.Teaching(lab.TCP, lab.Lesson{Shows: []lab.Sight{lab.WindowClosed, lab.SYNUnanswered}}, wire.Options{})
	if !ok || got.Conditions.Client.Loss != 0.5 || !slices.Equal(got.Marks, []int{0}) {
		t.Errorf("%v: %+v, want the SYN of the second wire, marked", ok, got)
	}
	got, ok = w.Teaching(lab.UDP, lab.Lesson{Shows: []lab.Sight{lab.WindowClosed}, Together: true}, wire.Options{})
	if !ok || got.Together > 1 || got.Conversation != 1 || got.Of != 3 || len(got.Marks) > 0 || got.Unseen == "" {
		t.Errorf("%v: %+v, want the first of three, since none has what is to be seen", ok, got)
	}
	half := wire.Options{Client: link.Conditions{Loss: 0.5}}
	if got, _ = w.Teaching(lab.UDP, lab.Lesson{Shows: []lab.Sight{lab.WindowClosed}}, half); got.Conversation != 2 {
		t.Errorf("conversation %d, want the first under the experiment's own conditions", got.Conversation)
	}
	all := w.Conversations(lab.UDP)
	if len(all) != 3 || all[2].Conversation != 3 || all[2].Client != netip.MustParseAddrPort("10.0.0.1:4002") {
		t.Errorf("conversations %+v", all)
	}
	if _, ok := new(Wires).Teaching(lab.TCP, lab.Lesson{}, wire.Options{}); ok {
		t.Error("a conversation among none")
	}
}

// TestTogether: several conversations are drawn as one, each with notes of its
// own.
func TestTogether(t *testing.T) {
	whole := joined(passedOver(t).Conversations(lab.UDP)[1:])
	if whole.Together != 2 || len(whole.Packets) != 2 {
		t.Fatalf("%+v, want two conversations of a packet each", whole)
	}
	for i, notes := range whole.Notes() {
		if len(notes) != 1 || notes[0].Text.String() != "data at once: no handshake" {
			t.Errorf("packet %d: notes %v", i, notes)
		}
	}
}
