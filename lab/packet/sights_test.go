package packet

import (
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

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
		sight Sight // "" is none
		marks []int
	}{
		{"nothing at all", Trace{}, "", nil},
		{"an echo", talked(hello, wrote(100, 10), heard(110, room)), "", nil},
		{"a drop and its repair", repaired(link.Lost), DataDropped, []int{3, 5, 6, 7}},
		{"a full queue", repaired(link.Overflowed), QueueFull, []int{3, 5, 6, 7}},
		{"a flipped bit", repaired(link.Corrupted), DataDamaged, []int{3, 5, 6, 7}},
		{"a drop without repair", struck(talked(hello, wrote(100, 10)), 3, link.Lost), DataDropped, []int{3}},
		{"an acknowledgement dropped", struck(talked(hello), 2, link.Lost), "", nil},
		{"a closed window",
			talked(hello, wrote(100, 10), heard(110, 0), wrote(110, 1), heard(110, room), wrote(110, 10)),
			WindowClosed, []int{4, 5, 6, 7}},
		{"a window that is used up", usedUp(), WindowUsedUp, []int{6, 7, 8}},
		{"Nagle", talked(hello, wrote(100, 10), heard(110, room), wrote(110, 90), heard(200, room)),
			WritesGathered, []int{3, 4, 5}},
		{"no Nagle", talked(hello, wrote(100, 10), wrote(110, 10), heard(120, room)), "", nil},
		{"both close", talked(hello, fin(wrote(100, 0)), heard(101, room), fin(heard(101, room)),
			sent{from: client, flags: ACK, seq: 101, ack: 501, window: room}), BothClose, []int{3, 5, 6}},
		{"one closes", talked(hello, fin(wrote(100, 0)), heard(101, room)), "", nil},
		{"a SYN without an answer", talked(greeting[:1]), SYNUnanswered, []int{0}},
		{"a SYN that is lost and sent again", struck(talked(greeting[:1], greeting[0], greeting[1]), 0, link.Lost), SYNAgain, []int{1}},
		{"refused", talked(greeting[:1], sent{from: server, flags: RST | ACK, ack: 100}), Refused, []int{1}},
		{"a copy", copied, DataCopied, []int{3, 4}},
		{"overtaken", overtaken, DataOvertaken, []int{3, 4}},
		{"a broadcast", Trace{Packets: []Packet{many, answer, answer}}, SentToMany, []int{0, 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []Sight
			if test.sight != "" {
				want = []Sight{test.sight}
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
