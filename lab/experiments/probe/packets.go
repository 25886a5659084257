package probe

import "echolab/lab/packet"

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
