package link

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkPacket is the cost of one packet, offered and taken, while a number of
// others are under way. With jitter they do not come in line; what then grows is less
// the work than the share of packets that the processor's cache does not hold.
func BenchmarkPacket(b *testing.B) {
	const delay = 10 * ms
	for _, under := range []int{0, 10, 1000, 100_000} {
		for _, jitter := range []time.Duration{0, delay / 2} {
			c := Conditions{Delay: delay, Jitter: jitter}
			every := delay
			if under == 0 {
				c = Conditions{}
			} else {
				every = delay / time.Duration(under)
			}
			b.Run(fmt.Sprintf("%d under way, jitter %v", under, c.Jitter), func(b *testing.B) {
				l, packet := New(c, 1, "client"), make([]byte, 100)
				var now time.Duration
				pass := func() {
					now += every
					l.Offer(now, packet)
					for _, ok := l.Take(now); ok; _, ok = l.Take(now) {
					}
				}
				for range 2 * under {
					pass()
				}
				b.ReportAllocs()
				for b.Loop() {
					pass()
				}
			})
			if under == 0 {
				break
			}
		}
	}
}
