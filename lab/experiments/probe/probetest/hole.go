package probetest

import (
	"echolab/lab/packet"
)

// SentTwice is a segment as the trace marks it that is not sent for the first time.
func SentTwice(p packet.Packet) packet.Packet { p.Retransmission = true; return p }
