package events

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

const ms = time.Millisecond

var workload = testbed.Workload{Messages: 10, Size: 100, Seed: 1}

// fill is a message of the workload, in a frame where TCP has one.
func fill(number int, framed bool) []byte {
	m := workload.Fill(make([]byte, workload.Size), number)
	if framed {
		return append(binary.BigEndian.AppendUint32(nil, uint32(len(m))), m...)
	}
	return m
}

// segment is a segment of the client with data from a place of its stream.
func segment(at, delivered time.Duration, place int, data []byte) packet.Packet {
	return packet.Packet{
		Time: at, Delivered: delivered, Payload: len(data), Data: data, ChecksumOK: true,
		TCP: &packet.Segment{RelativeSeq: uint32(place + 1)},
	}
}

// TestStreamed: a message of a stream is sent with its first byte, and received
// when it and everything before it is there, whatever the packets.
func TestStreamed(t *testing.T) {
	for _, framed := range []bool{true, false} {
		var data []byte
		for i := range 3 {
			data = append(data, fill(i, framed)...)
		}
		third := len(data) / 3
		// The second segment, with half of message 0 and all of 1, is lost and comes again.
		trace := packet.Trace{Transport: "tcp", Packets: []packet.Packet{
			segment(1*ms, 11*ms, 0, data[:50]),
			segment(2*ms, 0, 50, data[50:2*third]),
			segment(3*ms, 13*ms, 2*third, data[2*third:]),
			segment(30*ms, 40*ms, 50, data[50:2*third]),
		}}
		got := messages(trace, wire.Client)
		want := []message{
			{0, wire.Client, 1 * ms, 40 * ms, false}, {1, wire.Client, 2 * ms, 40 * ms, false}, {2, wire.Client, 3 * ms, 40 * ms, false},
		}
		if !slices.Equal(got, want) {
			t.Errorf("framed %v: %v, want %v", framed, got, want)
		}
	}
}

// TestStreamedInPieces: however a stream is cut, repeated and mixed up, every
// message is found once, and none is received before its last byte was.
func TestStreamedInPieces(t *testing.T) {
	var data []byte
	for i := range workload.Messages {
		data = append(data, fill(i, true)...)
	}
	for seed := range uint64(200) {
		chance := rand.New(rand.NewPCG(seed, 1))
		var packets []packet.Packet
		arrived := make([]time.Duration, len(data))
		for at := 0; at < len(data); {
			end := min(at+1+chance.IntN(300), len(data))
			sent := time.Duration(len(packets)+1) * ms
			delivered := sent + time.Duration(10+chance.IntN(20))*ms
			packets = append(packets, segment(sent, delivered, at, data[at:end]))
			for i := at; i < end; i++ {
				arrived[i] = delivered
			}
			at = end
		}
		got := messages(packet.Trace{Transport: "tcp", Packets: packets}, wire.Client)
		if len(got) != workload.Messages {
			t.Fatalf("seed %d: %d messages", seed, len(got))
		}
		for i, m := range got {
			end := (i + 1) * len(data) / workload.Messages
			if want := slices.Max(arrived[:end]); m.number != i || m.received != want {
				t.Errorf("seed %d: message %d received at %v, want %d at %v", seed, m.number, m.received, i, want)
			}
		}
	}
}

// TestDatagrams: a datagram is a message, and a copy is received once more.
func TestDatagrams(t *testing.T) {
	datagram := func(number int, at, delivered time.Duration) packet.Packet {
		data := fill(number, false)
		return packet.Packet{Time: at, Delivered: delivered, Payload: len(data), Data: data, UDP: &packet.Datagram{}}
	}
	strange := packet.Packet{Time: ms, Payload: 3, Data: []byte("abc"), UDP: &packet.Datagram{}}
	copied := datagram(1, 2*ms, 15*ms)
	copied.Copy = true
	trace := packet.Trace{Transport: "udp", Packets: []packet.Packet{
		datagram(0, 1*ms, 0), strange, datagram(1, 2*ms, 12*ms), copied,
	}}
	want := []message{
		{0, wire.Client, 1 * ms, 0, false}, {1, wire.Client, 2 * ms, 12 * ms, false}, {1, wire.Client, 2 * ms, 15 * ms, true},
	}
	if got := messages(trace, wire.Client); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := messages(trace, wire.Server); len(got) > 0 {
		t.Errorf("the server sent %v", got)
	}
}

// TestOtherData: a stream that is not the lab's has no messages.
func TestOtherData(t *testing.T) {
	for _, data := range []string{"", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\x00\x00\x00\x05hello"} {
		trace := packet.Trace{Transport: "tcp", Packets: []packet.Packet{segment(ms, 2*ms, 0, []byte(data))}}
		if got := messages(trace, wire.Client); len(got) > 0 {
			t.Errorf("%q: %v", data, got)
		}
	}
}
