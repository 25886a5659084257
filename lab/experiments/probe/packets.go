package probe

import (
	"echolab/lab/link"
	"echolab/lab/packet"
)

// Count is how many packets f is true of.
func Count(packets []packet.Packet, f func(packet.Packet) bool) int {
	n := 0
	for _, p := range packets {
		if f(p) {
			n++
		}
	}
	return n
}

// WithFate counts the packets that met a fate.
func WithFate(packets []packet.Packet, fate link.Fate) int {
	return Count(packets, func(p packet.Packet) bool { return p.Fate == fate })
}

// OvertakenOf counts the packets that a later one of their side overtook.
func OvertakenOf(packets []packet.Packet) int {
	n := 0
	for _, by := range packet.Overtaken(packets) {
		if by > 0 {
			n++
		}
	}
	return n
}
