package link

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Bounds on rates, in bits per second.
const (
	MinRate = 1e3
	MaxRate = 1e12
)

var rate = kind[float64]{
	value: "RATE", parse: parseRate, format: formatRate, check: checkRate, scale: 1e-6, unit: "Mbit/s",
}.in(func(c *Conditions) *float64 { return &c.Rate }, Condition{
	Name: "rate", Help: "how much the wire carries, such as 10mbit", Sentence: "rate %s",
})

// bottleneck sends packets one after the other at the rate, while no more than
// the limit wait.
type bottleneck struct {
	rate  float64             // bits per second; 0 is unlimited
	limit int                 // packets
	free  time.Duration       // when the rate has sent all that it took so far
	sent  fifo[time.Duration] // when those that wait for the rate will be gone, ascending
}

// send is when the last bit of a packet leaves. It is not ok when too many wait.
func (b *bottleneck) send(now time.Duration, bytes int) (leaves time.Duration, ok bool) {
	if b.rate == 0 {
		return now, true
	}
	b.forget(now)
	if b.sent.len() > b.limit { // one is being sent, limit wait
		return 0, false
	}
	b.free = max(b.free, now) + time.Duration(float64(bytes*8)/b.rate*float64(time.Second))
	b.sent.push(b.free)
	return b.free, true
}

// forget forgets the packets that are gone by now.
func (b *bottleneck) forget(now time.Duration) {
	for b.sent.len() > 0 && *b.sent.first() <= now {
		b.sent.pop()
	}
}

// units are those of rates, as netem knows them. "bit" is last because all end in it.
var units = []struct {
	name string
	bits float64
}{{"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}}

// parseRate reads bits per second: "10mbit", "1.5gbit", "500kbit", "9600bit".
func parseRate(s string) (float64, error) {
	lower := strings.ToLower(strings.TrimSpace(s))
	for _, unit := range units {
		number, ok := strings.CutSuffix(lower, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if rate := n * unit.bits; err == nil && rate >= MinRate && rate <= MaxRate {
			return rate, nil
		}
		break
	}
	return 0, fmt.Errorf("%q is not a rate from %s to %s: write 10mbit, 500kbit or 1gbit",
		s, formatRate(MinRate), formatRate(MaxRate))
}

func formatRate(bitsPerSecond float64) string {
	for _, unit := range units {
		if bitsPerSecond >= unit.bits {
			return strconv.FormatFloat(bitsPerSecond/unit.bits, 'g', -1, 64) + unit.name
		}
	}
	return ""
}

func checkRate(r float64) error {
	if r != 0 && !(r >= MinRate && r <= MaxRate) {
		return fmt.Errorf("%v bit/s: not from %s to %s", r, formatRate(MinRate), formatRate(MaxRate))
	}
	return nil
}
