package probe

import (
	"echolab/lab/link"
	"echolab/lab/packet"
)

// WithFate counts the packets that met a fate.
func WithFate(packets []packet.Packet, fate link.Fate) int {
	n := 0
	for _, p := range packets {
		if p.Fate == fate {
			n++
		}
	}
	return n
}
