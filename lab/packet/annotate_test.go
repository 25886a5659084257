package packet

import (
	"strings"
	"testing"
	"time"

	"echolab/lab/link"
)

// noted makes a trace of a conversation, a packet a millisecond, each handed
// over after half of one, and returns what the notes say, packet by packet.
func noted(talk []sent) []string {
	made := packets(talk)
	now := time.Duration(0)
	for i := range made {
		now += talk[i].after
		made[i].Time = now + time.Duration(i)*time.Millisecond
		made[i].Delivered, made[i].Fate = made[i].Time+time.Millisecond/2, link.Delivered
	}
	Follow(made)
	t := Trace{Transport: "tcp", Network: "virtual", Packets: made}
	var all []string
	for _, notes := range t.Annotations() {
		var said []string
		for _, n := range notes {
			said = append(said, n.Text.String())
		}
		all = append(all, strings.Join(said, "; "))
	}
	return all
}

// late is a segment that comes when the timer for retransmissions has run out.
func late(s sent) sent {
	s.after = 200 * time.Millisecond
	return s
}

var greeting = []sent{
	{from: client, flags: SYN, seq: 99, window: room},
	{from: server, flags: SYN | ACK, seq: 499, ack: 100, window: room},
	{from: client, flags: ACK, seq: 100, ack: 500, window: room},
}

// TestNotesSayWhatIsLearnt looks for a few words in the note on each packet;
// "" wants none.
func TestNotesSayWhatIsLearnt(t *testing.T) {
	data := func(seq uint32, bytes int) sent {
		return sent{from: client, flags: PSH | ACK, seq: seq, ack: 500, bytes: bytes, window: room}
	}
	heard := func(ack uint32, window uint16) sent {
		return sent{from: server, flags: ACK, seq: 500, ack: ack, window: window}
	}
	fin := func(from sent) sent { from.flags |= FIN; return from }
	for _, test := range []struct {
		name string
		talk []sent
		want []string
	}{
		{"a greeting", greeting, []string{"asks for a connection", "agrees", "the first byte may flow"}},
		{"refused", []sent{greeting[0], {from: server, flags: RST | ACK, ack: 100}}, []string{"asks for a connection", "refused"}},
		{"a greeting that comes twice", []sent{greeting[0], greeting[1], greeting[0], greeting[1]},
			[]string{"asks for a connection", "agrees", "retransmission", "answers a SYN that came again"}},
		{"an answer that is missed", []sent{greeting[0], greeting[1], greeting[1]}, []string{"asks for a connection", "agrees", "retransmission: no acknowledgement for 1ms"}},
		{"the timer", append(greeting[:3:3], data(100, 10), data(100, 10)), []string{"", "", "", "first data", "retransmission: no acknowledgement for 1ms"}},
		{"a fast retransmit", append(greeting[:3:3], data(100, 10), data(110, 10), data(120, 10), data(130, 10), heard(110, room), heard(110, room), heard(110, room), data(110, 10)),
			[]string{"", "", "", "first data", "", "", "", "", "byte 11 again", "byte 11 again", "fast retransmit"}},
		{"the timer, though acknowledgements asked", append(greeting[:3:3], data(100, 10), data(110, 10), data(120, 10), data(130, 10), heard(110, room), heard(110, room), heard(110, room), late(data(110, 10))),
			[]string{"", "", "", "first data", "", "", "", "", "byte 11 again", "byte 11 again", "retransmission: no acknowledgement for 206ms"}},
		{"a slow reader", append(greeting[:3:3], data(100, 10), heard(110, 0), data(110, 1), heard(110, room)),
			[]string{"", "", "", "first data", "zero window", "probe", "room again"}},
		{"the client closes", append(greeting[:3:3], fin(data(100, 0)), fin(heard(101, room)), sent{from: client, flags: ACK, seq: 101, ack: 501, window: room}),
			[]string{"", "", "", "FIN: has nothing more", "FIN: neither", "client stays in TIME_WAIT"}},
		{"the server closes", append(greeting[:3:3], fin(heard(100, room)), sent{from: client, flags: FIN | ACK, seq: 100, ack: 501, window: room}, sent{from: server, flags: ACK, seq: 501, ack: 101, window: room}),
			[]string{"", "", "", "FIN: has nothing more", "FIN: neither", "server stays in TIME_WAIT"}},
		{"both close at once", append(greeting[:3:3], fin(heard(100, room)), fin(data(100, 0)), sent{from: server, flags: ACK, seq: 501, ack: 101, window: room},
			sent{from: client, flags: ACK, seq: 101, ack: 501, window: room}), []string{"", "", "", "FIN: has nothing more", "FIN: neither", "both sides stay in TIME_WAIT", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := noted(test.talk)
			for i, want := range test.want {
				if i < 3 && want == "" {
					continue // the greeting has its own test
				}
				if !strings.Contains(got[i], want) || want == "" && got[i] != "" {
					t.Errorf("packet %d: %q, want %q", i+1, got[i], want)
				}
			}
		})
	}
}
