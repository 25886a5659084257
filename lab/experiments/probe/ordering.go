package probe

import (
	"echolab/lab/packet"
)

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
