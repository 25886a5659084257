package capacity

import (
	"math"
	"time"
)

// trial sends messages at a rate, in messages a second, and returns the rate at which
// they really went, and the share of them that was lost. At an infinite rate it sends
// as fast as it can.
type trial func(rate float64, lasts time.Duration) (sent, lost float64, err error)

// lossFree is what a search found, in messages a second.
type lossFree struct {
	rate  float64 // 0 if no rate passed a full trial
	least float64 // what passed, or a stream's slowest part
	most  float64 // the least rate that lost, infinite if none did; or a stream's fastest part
}

// effort is how much a search takes.
type effort struct {
	short, full time.Duration // of trials
	of          int           // full trials at a rate, of which the majority counts
	near        float64       // how many times what passed a full trial what lost may be
	nearShort   float64       // the same of short trials
	part        time.Duration // of the parts in which a stream is watched
	brief       bool          // shorter than a rate without loss needs (RFC 2544)
}

const (
	// allowedLoss is the share of messages that may be lost. RFC 2544 allows
	// none; but a general system's scheduler stops every program now and then,
	// and the least rate at which it never does says nothing about transports.
	allowedLoss = 0.001
	searchSteps = 12   // bound them where no rate passes
	shortTrials = 3    // at a rate
	stepDown    = 0.95 // after the first full trials that lost; the square of it after the next, and so on
	fullTrials  = 10   // bound the rates that get full ones
)

// search finds the highest rate without loss (RFC 2544 section 26.1): short
// trials halve the range between a rate that passed and one that lost, then full
// ones have to confirm it. A loss that does not come again was no lack of
// capacity (binary search with loss verification, ETSI GS NFV-TST 009 section
// 12.3.3), and neither is a single success one.
func (try trial) search(e effort) (found lossFree, err error) {
	rate := math.Inf(1)
	top, lost, err := try(rate, e.short)
	if err == nil && lost > allowedLoss {
		rate, top, err = try.halve(0, top, e)
	}
	if err != nil || rate == 0 {
		return lossFree{most: top}, err
	}
	return try.confirm(rate, top, e)
}

// halve narrows the range down, in short trials.
func (try trial) halve(low, high float64, e effort) (float64, float64, error) {
	for step := 0; step < searchSteps && high > e.nearShort*low; step++ {
		middle := (low + high) / 2
		_, passed, err := try.passes(middle, e.short, shortTrials)
		if err != nil {
			return low, high, err
		}
		if passed {
			low = middle
		} else {
			high = middle
		}
	}
	return low, high, nil
}

// confirm makes full trials. Where the rate of the short ones does not pass, it
// goes down in ever longer steps until one does, and then halves the range again.
func (try trial) confirm(rate, high float64, e effort) (found lossFree, err error) {
	low, down := 0.0, stepDown
	for range fullTrials {
		sent, passed, err := try.passes(rate, e.full, e.of)
		switch {
		case err != nil:
			return found, err
		case passed:
			low, high = sent, max(high, sent)
			if found = (lossFree{rate: sent, least: sent}); math.IsInf(rate, 1) {
				found.most = rate // the sender is the limit
				return found, nil
			}
		default:
			high = max(low, min(rate, sent))
		}
		found.most = high
		switch {
		case high <= e.near*low:
			return found, nil
		case low == 0:
			rate, down = down*high, down*down
		default:
			rate = (low + high) / 2
		}
	}
	return found, nil
}

// passes makes as many trials as of says, and reports whether most of them passed, as
// soon as that is sure, and what was sent in the last one that did.
func (try trial) passes(rate float64, lasts time.Duration, of int) (sent float64, passed bool, err error) {
	good, bad := 0, 0
	for 2*good <= of && 2*bad <= of {
		went, lost, err := try(rate, lasts)
		switch {
		case err != nil:
			return sent, false, err
		case lost <= allowedLoss:
			good, sent = good+1, went
		default:
			bad++
			if good == 0 {
				sent = went
			}
		}
	}
	return sent, 2*good > of, nil
}
