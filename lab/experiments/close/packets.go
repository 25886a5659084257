package close

import (
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// teardownPackets is how many packets a close takes: none without a connection,
// else a FIN each way and an acknowledgement of each, of which the server's
// needs no packet where its FIN carries it (RFC 9293 section 3.6). Linux holds
// an acknowledgement back for up to 40 ms, in which the program closes; gVisor
// does not.
func teardownPackets(t testbed.Transport, after []packet.Packet) int {
	if !t.Connected {
		return 0
	}
	var closed uint32 // the number behind the client's FIN
	for _, p := range after {
		switch {
		case p.TCP == nil:
		case p.From == wire.Client && p.TCP.Flags.Has(packet.FIN):
			closed = probe.EndOf(p)
		case p.From == wire.Server && closed > 0 && p.TCP.RelativeAck >= closed:
			if p.TCP.Flags.Has(packet.FIN) {
				return 3
			}
			return 4
		}
	}
	return 4
}

// stateOfCloser reads from the wire what the closed side still answers. The
// client's answer to a FIN that came twice is an acknowledgement if it waits
// in TIME-WAIT, and RST if it has forgotten the connection.
func stateOfCloser(packets []packet.Packet) text.Phrase {
	answers := 0
	for _, p := range packets {
		if p.TCP == nil {
			return inNothing
		}
		if p.From == wire.Client && p.TCP.Flags.Has(packet.RST) {
			return inNothing
		}
		if p.From == wire.Client && !p.TCP.Flags.Has(packet.FIN) {
			answers++
		}
	}
	if answers >= 2 {
		return inTimeWait
	}
	return inNothing
}

// bothClosed reports whether both sides have sent FIN, and acknowledged the
// other's; without TCP there is neither.
func bothClosed(packets []packet.Packet) bool {
	var tcp bool
	var finished [2]bool
	for _, p := range packets {
		if p.TCP != nil {
			tcp = true
			finished[p.From] = finished[p.From] || p.TCP.Flags.Has(packet.FIN)
		}
	}
	return !tcp || finished[wire.Client] && finished[wire.Server] && probe.Acknowledged(packets)
}

// messageArrival is when the client's data packet number i, from 0, was handed
// over: the first time that it was sent, or the first of its copies.
func messageArrival(packets []packet.Packet, i int) time.Duration {
	for _, p := range packets {
		if p.From != wire.Client || p.Payload == 0 || p.Retransmission || p.Copy {
			continue
		}
		if i == 0 {
			return p.Delivered
		}
		i--
	}
	return 0
}
