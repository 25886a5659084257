package packet

import (
	"slices"

	"echolab/lab/wire"
)

// PacketsBeforeData is how many packets passed before the first one with
// application data; all of them if none has any.
func PacketsBeforeData(packets []Packet) int {
	for i, p := range packets {
		if p.Payload > 0 {
			return i
		}
	}
	return len(packets)
}

// Retransmissions is how many packets their host retransmitted.
func Retransmissions(packets []Packet) int {
	n := 0
	for _, p := range packets {
		if p.Retransmission {
			n++
		}
	}
	return n
}

// ZeroWindows is how many segments said that their host has no room left.
func ZeroWindows(packets []Packet) int {
	n := 0
	for _, p := range packets {
		if p.TCP != nil && p.TCP.Window == 0 && !p.TCP.Flags.Has(RST) {
			n++
		}
	}
	return n
}

// AfterHandshake are the packets from the first one with application data on.
func AfterHandshake(packets []Packet) []Packet { return packets[PacketsBeforeData(packets):] }

// Handshake are the packets before that: SYN, SYN-ACK and ACK, or none.
func Handshake(packets []Packet) []Packet { return packets[:PacketsBeforeData(packets)] }

// FromSide are the packets that one side sent.
func FromSide(packets []Packet, side wire.Side) []Packet {
	return slices.DeleteFunc(slices.Clone(packets), func(p Packet) bool { return p.From != side })
}
