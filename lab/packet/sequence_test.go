package packet

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"echolab/lab/wire"
)

// sent writes a conversation in a short hand: who sends, flags, sequence and
// acknowledgement numbers, and how many bytes of data.
type sent struct {
	from   wire.Side
	flags  Flags
	seq    uint32
	ack    uint32
	bytes  int
	window uint16
	copy   bool
	after  time.Duration // the packet before, besides a millisecond
}

const (
	client, server = wire.Client, wire.Server
	room           = 1000 // bytes of a window
)

// packets makes the packets of a conversation.
func packets(talk []sent) []Packet {
	ends := [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:4000"), netip.MustParseAddrPort("10.0.0.2:7")}
	made := make([]Packet, len(talk))
	for i, t := range talk {
		me, peer := ends[t.from], ends[1-t.from]
		made[i] = Packet{
			Source: me.Addr(), Destination: peer.Addr(), From: t.from, Protocol: TCP, Payload: t.bytes, Copy: t.copy,
			TCP: &Segment{
				SourcePort: me.Port(), DestinationPort: peer.Port(), Seq: t.seq, Ack: t.ack, Flags: t.flags,
				Window: t.window, ScaledWindow: int(t.window), Options: Options{WindowScale: -1},
			},
		}
	}
	return made
}

// marks writes what Follow said about packets: "-" for nothing, "R" sent
// again, "O" out of order, "P" a probe.
func marks(packets []Packet) string {
	var b strings.Builder
	for _, p := range packets {
		switch {
		case p.Retransmission:
			b.WriteByte('R')
		case p.OutOfOrder:
			b.WriteByte('O')
		case p.Probe:
			b.WriteByte('P')
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}

func TestFollowMarksWhatIsSentAgain(t *testing.T) {
	data := func(seq uint32, bytes int) sent {
		return sent{from: client, flags: PSH | ACK, seq: seq, ack: 500, bytes: bytes, window: room}
	}
	heard := func(ack uint32, window uint16) sent {
		return sent{from: server, flags: ACK, seq: 500, ack: ack, window: window}
	}
	for _, test := range []struct {
		name string
		talk []sent // behind the greeting
		want string
	}{
		{"in order", []sent{data(100, 10), data(110, 10), heard(120, room)}, "---"},
		{"the same again", []sent{data(100, 10), data(100, 10)}, "-R"},
		{"two that are sent as one", []sent{data(100, 10), data(110, 10), data(100, 20)}, "--R"},
		{"one that is sent as two", []sent{data(100, 20), data(100, 10), data(110, 10)}, "-RR"},
		{"old bytes with new ones behind", []sent{data(100, 10), data(100, 20)}, "-R"},
		{"new bytes with old ones behind", []sent{data(100, 10), data(120, 10), data(110, 20)}, "--R"},
		{"a gap that is filled", []sent{data(100, 10), data(120, 10), data(110, 10)}, "--O"},
		{"a gap that is filled twice", []sent{data(100, 10), data(120, 10), data(110, 10), data(110, 10)}, "--OR"},
		{"acknowledged, and still sent again", []sent{data(100, 10), heard(110, room), data(100, 10)}, "--R"},
		{"acknowledgements are never sent again", []sent{heard(100, room), heard(100, room), heard(100, room)}, "---"},
		{"a copy that the wire made", []sent{data(100, 10), {from: client, flags: ACK, seq: 100, ack: 500, bytes: 10, window: room, copy: true}, data(100, 10)}, "--R"},
		{"FIN again", []sent{{from: client, flags: FIN | ACK, seq: 100, ack: 500}, {from: client, flags: FIN | ACK, seq: 100, ack: 500}}, "-R"},
		{"FIN behind data, again without", []sent{
			{from: client, flags: FIN | ACK, seq: 100, ack: 500, bytes: 10}, {from: client, flags: FIN | ACK, seq: 110, ack: 500},
		}, "-R"},
		{"does the other side live: nothing", []sent{data(100, 10), heard(110, room), data(109, 0)}, "--P"},
		{"does the other side live: one byte", []sent{data(100, 10), heard(110, room), data(109, 1)}, "--P"},
		{"one byte again that nobody acknowledged", []sent{data(100, 1), data(100, 1)}, "-R"},
		{"is there room again", []sent{data(100, 10), heard(110, 0), data(110, 1), data(110, 1)}, "--PP"},
		{"one byte where there is room", []sent{data(100, 10), heard(110, room), data(110, 1)}, "---"},
		{"both directions have their own numbers", []sent{
			data(100, 10), {from: server, flags: ACK, seq: 500, ack: 110, bytes: 10, window: room}, {from: server, flags: ACK, seq: 500, ack: 110, bytes: 10, window: room},
		}, "--R"},
		{"a new connection on the old ports", []sent{
			data(100, 10), {from: client, flags: SYN, seq: 7000, window: room}, {from: server, flags: SYN | ACK, seq: 9000, ack: 7001, window: room},
			{from: client, flags: ACK, seq: 7001, ack: 9001, bytes: 5, window: room}, {from: client, flags: ACK, seq: 7001, ack: 9001, bytes: 5, window: room},
		}, "----R"},
	} {
		t.Run(test.name, func(t *testing.T) {
			talk := packets(append(greeting[:3:3], test.talk...))
			Follow(talk)
			if got := marks(talk); got != "---"+test.want {
				t.Errorf("marks %s, want %s behind a greeting that has none", got, test.want)
			}
		})
	}
}

func TestFollowMarksGreetingsThatAreSentAgain(t *testing.T) {
	talk := packets([]sent{
		{from: client, flags: SYN, seq: 99}, {from: client, flags: SYN, seq: 99},
		{from: server, flags: SYN | ACK, seq: 499, ack: 100}, {from: server, flags: SYN | ACK, seq: 499, ack: 100},
	})
	Follow(talk)
	if got := marks(talk); got != "-R-R" {
		t.Errorf("marks %s, want -R-R", got)
	}
}

// TestFollowCountsFromTheGreeting numbers the bytes of both directions from 1,
// also where the numbers wrap around.
func TestFollowCountsFromTheGreeting(t *testing.T) {
	top := ^uint32(0)
	talk := packets([]sent{
		{from: client, flags: SYN, seq: top - 1}, {from: server, flags: SYN | ACK, seq: top, ack: top}, {from: client, flags: ACK, seq: top, ack: 0},
		{from: client, flags: ACK, seq: top, ack: 0, bytes: 10}, {from: server, flags: ACK, seq: 0, ack: 9, bytes: 5}, {from: client, flags: ACK, seq: 9, ack: 5},
	})
	Follow(talk)
	var got []string
	for _, p := range talk {
		got = append(got, fmt.Sprintf("%d/%d", p.TCP.RelativeSeq, p.TCP.RelativeAck))
	}
	if want := "0/0 0/1 1/1 1/1 1/11 11/6"; strings.Join(got, " ") != want {
		t.Errorf("numbers %s, want %s", strings.Join(got, " "), want)
	}
	if got := marks(talk); got != "------" {
		t.Errorf("marks %s, want none", got)
	}
}

// TestFollowStartsWithWhatItSees takes a connection whose greeting was not
// captured to have begun right before.
func TestFollowStartsWithWhatItSees(t *testing.T) {
	talk := packets([]sent{{from: client, flags: ACK, seq: 5000, ack: 8000, bytes: 10, window: room}, {from: server, flags: ACK, seq: 8000, ack: 5010, window: room}})
	Follow(talk)
	for i, want := range []uint32{1, 1} {
		if got := talk[i].TCP.RelativeSeq; got != want {
			t.Errorf("packet %d: number %d, want %d", i+1, got, want)
		}
	}
	if got := talk[1].TCP.RelativeAck; got != 11 {
		t.Errorf("acknowledged %d, want 11", got)
	}
}

// TestFollowScalesWindows applies the scale of both greetings, and only where
// both sides offered one (RFC 7323 section 2.2).
func TestFollowScalesWindows(t *testing.T) {
	for _, test := range []struct{ ours, theirs, want int }{{7, 3, 1000 << 7}, {7, -1, 1000}, {-1, 3, 1000}, {20, 3, 1000 << 14}} {
		talk := packets([]sent{
			{from: client, flags: SYN, seq: 99, window: room}, {from: server, flags: SYN | ACK, seq: 499, ack: 100, window: room}, {from: client, flags: ACK, seq: 100, ack: 500, window: room},
		})
		talk[0].TCP.Options.WindowScale, talk[1].TCP.Options.WindowScale = test.ours, test.theirs
		Follow(talk)
		if got := talk[2].TCP.ScaledWindow; got != test.want {
			t.Errorf("scales %d and %d: the client's window is %d, want %d", test.ours, test.theirs, got, test.want)
		}
		if got := talk[0].TCP.ScaledWindow; got != room {
			t.Errorf("the window of a SYN is %d, want %d: it is never scaled", got, room)
		}
	}
}
