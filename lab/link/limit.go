package link

import (
	"fmt"
	"strconv"
	"strings"
)

// DefaultLimit is how many packets may wait for the rate where no limit is set.
const DefaultLimit = 1000

// MaxLimit bounds the packets that wait for the rate, so that the lab's memory
// is bounded; also those of an exact count, or of a burst.
const MaxLimit = 100_000

var limit = kind[int]{
	value: "N", parse: parseLimit, format: strconv.Itoa, check: checkLimit,
	reported: func(n int) any { return float64(n) }, scale: 1, unit: "packets",
}.in(func(c *Conditions) *int { return &c.Limit }, Condition{
	Name: "limit", Help: "how many packets may wait for the rate", Sentence: "limit %s",
	Needs: Need{
		Name: "rate", Why: "only a rate makes packets wait", Idle: "packets wait only where there is a rate",
	},
})

// parseLimit reads a number of packets.
func parseLimit(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > MaxLimit {
		return 0, fmt.Errorf("%q is not a number of packets from 1 to %d", s, MaxLimit)
	}
	return n, nil
}

func checkLimit(n int) error {
	if n < 0 || n > MaxLimit {
		return fmt.Errorf("%d: not from 1 to %d packets", n, MaxLimit)
	}
	return nil
}
