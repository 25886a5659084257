package setup

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

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
