package loss

import (
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/testbed"
)

// unassembled counts the datagrams of the client in fragments of which not all
// came: so often the server's host may say so by ICMP.
func unassembled(w testbed.Workload, packets []packet.Packet) (n int) {
	for _, d := range probe.Datagrams(w, packets, probe.FromClient) {
		if len(d.Parts) > 1 && d.Status().Outcome != probe.Whole {
			n++
		}
	}
	return n
}
