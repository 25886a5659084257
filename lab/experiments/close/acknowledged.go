package close

import (
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// parted reports whether both sides have sent FIN, and acknowledged the
// other's. Where there is no TCP, nobody does.
func parted(packets []packet.Packet) bool {
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
