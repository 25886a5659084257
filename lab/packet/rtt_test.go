package packet

import (
	"testing"
	"time"
)

// TestRTTSampler: a round ends with the first offer after the acknowledgement,
// and a retransmission spoils the round that it falls into.
func TestRTTSampler(t *testing.T) {
	const ms = time.Millisecond
	for _, tc := range []struct {
		name string
		run  func(c *rttSampler)
		want time.Duration
	}{
		{"no acknowledgement", func(c *rttSampler) {
			c.offered(0, 100, 0)
			c.offered(100, 200, 5*ms)
		}, 0},
		{"one round", func(c *rttSampler) {
			c.offered(0, 100, 0)
			c.acknowledged(100)
			c.offered(100, 200, 21*ms)
		}, 21 * ms},
		{"an old acknowledgement", func(c *rttSampler) {
			c.offered(0, 100, 0)
			c.acknowledged(99)
			c.offered(100, 200, 21*ms)
		}, 0},
		{"the mean of two, over the end of the numbers", func(c *rttSampler) {
			c.offered(1<<32-100, 0, 0)
			c.acknowledged(0)
			c.offered(0, 100, 20*ms)
			c.acknowledged(100)
			c.offered(100, 200, 50*ms)
		}, 25 * ms},
		{"sent again", func(c *rttSampler) {
			c.offered(0, 100, 0)
			c.offered(0, 100, 200*ms)
			c.acknowledged(100)
			c.offered(100, 200, 220*ms)
			c.acknowledged(200)
			c.offered(200, 300, 240*ms)
		}, 20 * ms},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var c rttSampler
			tc.run(&c)
			if got := (Flow{Rounds: c.rounds, Trips: c.sum}).RTT(); got != tc.want {
				t.Errorf("the mean round trip is %v, want %v", got, tc.want)
			}
		})
	}
}
