package loss

import (
	"echolab/lab/link"
	"echolab/lab/packet"
)

// arrivedNot reports whether the wire kept a packet from arriving whole.
func arrivedNot(p packet.Packet) bool {
	return p.Fate == link.Lost || p.Fate == link.Overflowed || p.Fate == link.Corrupted
}
