package link

import (
	"errors"
	"fmt"
	"time"
)

// Bounds on conditions, so that every wait in the lab ends and its memory is
// bounded.
const (
	MaxDelay = 10 * time.Second
	MaxLimit = 100_000 // packets that wait for the rate; also of an exact count, or of a burst
	MinRate  = 1e3     // bits per second
	MaxRate  = 1e12    // bits per second
)

var (
	errNothingToSkip = errors.New("reorder without delay: a packet overtakes by skipping the delay, and there is none to skip")
	errNoRate        = errors.New("limit without rate: only a rate makes packets wait")
)

// Validate names the first condition that makes no sense.
func (c Conditions) Validate() error {
	for _, share := range []struct {
		name string
		p    float64
	}{{"loss", c.Loss}, {"reorder", c.Reorder}, {"duplicate", c.Duplicate}, {"corrupt", c.Corrupt}} {
		if !(share.p >= 0 && share.p <= 1) {
			return fmt.Errorf("%s %v: not a share from 0 to 1", share.name, share.p)
		}
	}
	for _, wait := range []struct {
		name string
		d    time.Duration
	}{{"delay", c.Delay}, {"jitter", c.Jitter}} {
		if wait.d < 0 || wait.d > MaxDelay {
			return fmt.Errorf("%s %v: not from 0 to %v", wait.name, wait.d, MaxDelay)
		}
	}
	if err := c.Burst.validate(); err != nil {
		return err
	}
	if err := c.Exact.validate(); err != nil {
		return err
	}
	return c.validateRest()
}

func (c Conditions) validateRest() error {
	switch {
	case c.Rate != 0 && !(c.Rate >= MinRate && c.Rate <= MaxRate):
		return fmt.Errorf("rate %v bit/s: not from %s to %s", c.Rate, formatRate(MinRate), formatRate(MaxRate))
	case c.Limit < 0 || c.Limit > MaxLimit:
		return fmt.Errorf("limit %d: not from 1 to %d packets", c.Limit, MaxLimit)
	case c.Limit > 0 && c.Rate == 0:
		return errNoRate
	case c.Reorder > 0 && c.Delay == 0:
		return errNothingToSkip
	}
	for _, n := range c.Drop {
		if n < 1 {
			return fmt.Errorf("drop %d: packets are numbered from 1", n)
		}
	}
	return nil
}
