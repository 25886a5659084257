package link

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// MaxDelay bounds every delay, so that every wait in the lab ends.
const MaxDelay = 10 * time.Second

var delay = durations.in(func(c *Conditions) *time.Duration { return &c.Delay }, Condition{
	Name: "delay", Help: "hold every packet up, one way, such as 10ms", Sentence: "delay %s",
	law: func(c Conditions, _ *rand.Rand) fating {
		return func(f *fated, _ int) { f.delay += c.Delay }
	},
})

// durations are the values of conditions that hold packets up.
var durations = kind[time.Duration]{
	value: "DURATION", parse: parseDuration, format: time.Duration.String, check: checkDuration,
	reported: func(d time.Duration) any { return float64(d) / float64(time.Millisecond) },
	suffix:   "_ms", scale: 1, unit: "ms",
}

// parseDuration reads a time from 0 to MaxDelay: "10ms", "1.5s".
func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(s))
	if err != nil || d < 0 || d > MaxDelay {
		return 0, fmt.Errorf("%q is not a time from 0 to %v: write 10ms or 1.5s", s, MaxDelay)
	}
	return d, nil
}

func checkDuration(d time.Duration) error {
	if d < 0 || d > MaxDelay {
		return fmt.Errorf("%v: not from 0 to %v", d, MaxDelay)
	}
	return nil
}
