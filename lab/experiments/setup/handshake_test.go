package setup

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// TestEnough: connections are opened until the two quickest agree.
func TestEnough(t *testing.T) {
	with := func(counts ...float64) []sample {
		var all []sample
		for _, n := range counts {
			all = append(all, sample{connect: 20 * probetest.Tick, handshakeRTT: 20 * probetest.Tick, firstReply: time.Duration((n - 1) * float64(20*probetest.Tick)), rtt: 20 * probetest.Tick})
		}
		return all
	}
	for _, c := range []struct {
		counts []float64
		want   bool
	}{
		{nil, false}, {[]float64{3, 3}, false}, {[]float64{3, 3.1, 9}, true}, {[]float64{3, 3.5, 3.5}, false}, {[]float64{9, 3, 5, 3.05}, true},
		{[]float64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, false}, {[]float64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, true},
	} {
		if got := enough(with(c.counts...)); got != c.want {
			t.Errorf("after %v: enough %v, want %v", c.counts, got, c.want)
		}
	}
}

// TestOnWire: a round trip is what the packets took that somebody waits for.
func TestOnWire(t *testing.T) {
	raw := func(from wire.Side, offered, handed time.Duration, payload int) packet.Packet {
		return packet.Packet{From: from, Time: offered, Delivered: handed, Payload: payload, TCP: &packet.Segment{}}
	}
	greeting := []packet.Packet{
		raw(wire.Client, 0, 10*probetest.Tick, 0), raw(wire.Server, 10*probetest.Tick, 22*probetest.Tick, 0), // SYN and SYN-ACK
		raw(wire.Client, 22*probetest.Tick, 99*probetest.Tick, 0), // a bare acknowledgement, for which nobody waits
		raw(wire.Client, 22*probetest.Tick, 36*probetest.Tick, 10), raw(wire.Server, 36*probetest.Tick, 46*probetest.Tick, 10),
		raw(wire.Client, 50*probetest.Tick, 0, 10), // lost
	}
	greeting[0].TCP.Flags, greeting[1].TCP.Flags = packet.SYN, packet.SYN|packet.ACK
	if got := onWire(greeting[:2], time.Hour); got != 22*probetest.Tick {
		t.Errorf("the handshake took %v on the wire, want 10 and 12 ms", got)
	}
	if got := onWire(greeting, time.Hour); got != 23*probetest.Tick {
		t.Errorf("a round trip took %v, want the means of 10 and 14 ms there and 12 and 10 ms back", got)
	}
	if got := onWire(greeting[:1], time.Hour); got != time.Hour {
		t.Errorf("without an answer: %v, want what was given", got)
	}
}

// TestNewsIn: a handshake is three packets, however often they come.
func TestNewsIn(t *testing.T) {
	raw := func(from wire.Side, flags packet.Flags, seq, ack uint32) packet.Packet {
		return packet.Packet{From: from, TCP: &packet.Segment{Flags: flags, Seq: seq, Ack: ack, Window: 100}}
	}
	syn, synAck := raw(wire.Client, packet.SYN, 100, 0), raw(wire.Server, packet.SYN|packet.ACK, 500, 101)
	ack, challenge := raw(wire.Client, packet.ACK, 101, 501), raw(wire.Server, packet.ACK, 501, 101)
	for name, c := range map[string]struct {
		packets              []packet.Packet
		news, windows, acked int
	}{
		"as it should be":        {[]packet.Packet{syn, synAck, ack}, 3, 2, 2},
		"the SYN is sent again":  {[]packet.Packet{syn, probetest.SentTwice(syn), synAck, ack}, 3, 2, 2},
		"and answered":           {[]packet.Packet{syn, probetest.SentTwice(syn), synAck, challenge, probetest.SentTwice(synAck), ack, ack}, 3, 2, 2},
		"all is copied":          {[]packet.Packet{syn, probetest.Again(syn, link.Delivered), synAck, probetest.Again(synAck, link.Delivered), ack}, 3, 2, 2},
		"no answer":              {[]packet.Packet{syn, probetest.SentTwice(syn)}, 1, 1, 0},
		"data takes the last":    {[]packet.Packet{syn, synAck}, 2, 2, 1},
		"a datagram before data": {[]packet.Packet{{From: wire.Client, UDP: &packet.Datagram{}}}, 1, 0, 0},
	} {
		windows, acked := introductions(c.packets)
		if got := newsIn(c.packets); got != c.news || windows != c.windows || acked != c.acked {
			t.Errorf("%s: %d packets, %d windows, %d acknowledged; want %d, %d, %d", name, got, windows, acked, c.news, c.windows, c.acked)
		}
	}
}
