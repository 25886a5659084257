package link

import (
	"errors"
	"fmt"
	"time"
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
	}{{"loss", c.Loss}, {"burst", c.Burst.Loss}, {"reorder", c.Reorder}, {"duplicate", c.Duplicate}, {"corrupt", c.Corrupt}} {
		if !(share.p >= 0 && share.p <= 1) {
			return fmt.Errorf("%s %v: not a share from 0 to 1", share.name, share.p)
		}
	}
	for _, d := range []struct {
		name string
		d    time.Duration
	}{{"delay", c.Delay}, {"jitter", c.Jitter}} {
		if d.d < 0 || d.d > MaxDelay {
			return fmt.Errorf("%s %v: not from 0 to %v", d.name, d.d, MaxDelay)
		}
	}
	return c.validateRest()
}

// MaxDelay bounds delays and jitters, so that every wait in the lab ends.
const MaxDelay = 10 * time.Second

// MaxLimit bounds how many packets may wait, so that memory is bounded.
const MaxLimit = 1_000_000

func (c Conditions) validateRest() error {
	switch {
	case c.Burst.Loss > 0 && c.Burst.Length < 1:
		return fmt.Errorf("burst length %v: at least 1 packet", c.Burst.Length)
	case c.Burst.Loss == 1:
		return errors.New("burst 1: a burst has to end; use loss 100%")
	case c.Exact.Of < 0 || c.Exact.Drop < 0 || c.Exact.Drop > c.Exact.Of:
		return fmt.Errorf("exact %d/%d: not so many of so many", c.Exact.Drop, c.Exact.Of)
	case c.Exact.Of > MaxLimit:
		return fmt.Errorf("exact of %d: at most %d", c.Exact.Of, MaxLimit)
	case !(c.Rate >= 0 && c.Rate <= 1e12):
		return fmt.Errorf("rate %v: not from 0 to 1tbit", c.Rate)
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
