package probetest

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Simulate sends the workload over two links and back, each message's echo as
// soon as it is there, and returns the order in which echoes come. What is damaged
// the hosts discard.
func Simulate(c wire.Options, w testbed.Workload, seed uint64) []int {
	there, back := link.New(c.Client, seed, "client"), link.New(c.Server, seed, "server")
	var arrivals []int
	sequence := func(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }
	run := func(until time.Duration) {
		for {
			a, okA := there.Next()
			b, okB := back.Next()
			switch {
			case okA && a < until && (!okB || a <= b):
				if p, _ := there.Take(a); p.Fate == link.Delivered {
					back.Offer(a, p.Bytes)
				}
			case okB && b < until:
				if p, _ := back.Take(b); p.Fate == link.Delivered {
					arrivals = append(arrivals, sequence(p.Bytes))
				}
			default:
				return
			}
		}
	}
	for seq := range w.Messages {
		run(w.Due(seq))
		there.Offer(w.Due(seq), []byte{byte(seq >> 16), byte(seq >> 8), byte(seq)})
	}
	run(1<<63 - 1)
	return arrivals
}
