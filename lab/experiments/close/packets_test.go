package close

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/packet"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestTeardownPackets: three where the server's acknowledgement rides on its FIN,
// else four, and none without a connection. Other numbers are not as expected.
func TestTeardownPackets(t *testing.T) {
	const client, server, ack, fin = wire.Client, wire.Server, packet.ACK, packet.FIN | packet.ACK
	leaves, last := probetest.TCP(client, fin, 8, 8, 0), probetest.TCP(client, ack, 9, 9, 0)
	for _, c := range []struct {
		name    string
		packets []packet.Packet
		want    int
		fits    bool
	}{
		{"four", []packet.Packet{leaves, probetest.TCP(server, ack, 8, 9, 0), probetest.TCP(server, fin, 8, 9, 0), last}, 4, true},
		{"three", []packet.Packet{leaves, probetest.TCP(server, fin, 8, 9, 0), last}, 3, true},
		{"both at once", []packet.Packet{leaves, probetest.TCP(server, fin, 8, 8, 0), last, probetest.TCP(server, ack, 9, 9, 0)}, 4, true},
		{"a FIN sent again", []packet.Packet{leaves, probetest.TCP(server, fin, 8, 9, 0), probetest.TCP(server, fin, 8, 9, 0), last}, 3, false},
		{"a reset", []packet.Packet{probetest.TCP(client, packet.RST, 8, 0, 0)}, 4, false},
		{"half closed", []packet.Packet{leaves, probetest.TCP(server, ack, 8, 9, 0)}, 4, false},
	} {
		got := teardownPackets(transports.TCP, c.packets)
		if got != c.want || (len(c.packets) == got) != c.fits {
			t.Errorf("%s: %d packets, expected %d, want %d", c.name, len(c.packets), got, c.want)
		}
	}
	if got := teardownPackets(transports.UDP, nil); got != 0 {
		t.Errorf("%d packets are expected of UDP", got)
	}
}

func TestStateOfCloser(t *testing.T) {
	const client, server, fin = wire.Client, wire.Server, packet.FIN | packet.ACK
	leaves, other, answer := probetest.TCP(client, fin, 8, 8, 0), probetest.TCP(server, fin, 8, 9, 0), probetest.TCP(client, packet.ACK, 9, 9, 0)
	for _, c := range []struct {
		name    string
		packets []packet.Packet
		want    text.Phrase
	}{
		{"answers twice", []packet.Packet{leaves, other, answer, other, answer}, inTimeWait},
		{"answers once", []packet.Packet{leaves, other, answer, other}, inNothing},
		{"has forgotten", []packet.Packet{leaves, other, answer, other, answer, probetest.TCP(client, packet.RST, 9, 0, 0)}, inNothing},
		{"datagrams", []packet.Packet{{UDP: &packet.Datagram{}}}, inNothing},
	} {
		if got := stateOfCloser(c.packets); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAcknowledged(t *testing.T) {
	const client, server = wire.Client, wire.Server
	syn, synAck := probetest.TCP(client, packet.SYN, 0, 0, 0), probetest.TCP(server, packet.SYN|packet.ACK, 0, 1, 0)
	there, back := probetest.TCP(client, packet.ACK, 1, 1, 7), probetest.TCP(server, packet.ACK, 1, 8, 7)
	acked := probetest.TCP(client, packet.ACK, 8, 8, 0)
	leaves, other := probetest.TCP(client, packet.FIN|packet.ACK, 8, 8, 0), probetest.TCP(server, packet.FIN|packet.ACK, 8, 9, 0)
	for _, c := range []struct {
		name        string
		packets     []packet.Packet
		all, closed bool
	}{
		{"datagrams", []packet.Packet{{UDP: &packet.Datagram{}}}, true, true},
		{"the echo is not", []packet.Packet{syn, synAck, there, back}, false, false},
		{"all", []packet.Packet{syn, synAck, there, back, acked}, true, false},
		{"the FIN is not", []packet.Packet{there, back, acked, leaves, other}, false, false},
		{"one side", []packet.Packet{there, back, leaves, probetest.TCP(server, packet.ACK, 8, 9, 0)}, true, false},
		{"both", []packet.Packet{there, back, acked, leaves, other, probetest.TCP(client, packet.ACK, 9, 9, 0)}, true, true},
	} {
		if all, both := probe.Acknowledged(c.packets), bothClosed(c.packets); all != c.all || both != c.closed {
			t.Errorf("%s: acknowledged %v, closed %v; want %v, %v", c.name, all, both, c.all, c.closed)
		}
	}
}

// TestMessageArrival: a message arrives when its own packet does, whatever was
// copied or sent again before.
func TestMessageArrival(t *testing.T) {
	data := func(from wire.Side, at time.Duration) packet.Packet {
		p := probetest.TCP(from, packet.ACK, 1, 1, 7)
		p.Delivered = at
		return p
	}
	again, copied := data(wire.Client, 9*probetest.Tick), data(wire.Client, 8*probetest.Tick)
	again.Retransmission, copied.Copy = true, true
	packets := []packet.Packet{
		probetest.TCP(wire.Client, packet.SYN, 0, 0, 0), data(wire.Client, 5*probetest.Tick), data(wire.Server, 6*probetest.Tick), copied, again, data(wire.Client, 20*probetest.Tick),
	}
	for i, want := range []time.Duration{5 * probetest.Tick, 20 * probetest.Tick, 0} {
		if got := messageArrival(packets, i); got != want {
			t.Errorf("message %d arrived at %v, want %v", i, got, want)
		}
	}
}
