package experiments

import (
	"math"
	"time"
)

// trial sends messages at a rate, in messages a second, for so long, and tells
// the rate at which they really went, and the share of them that was lost. At
// an infinite rate it sends as fast as it can.
type trial func(rate float64, lasts time.Duration) (sent, lost float64, err error)

// lossFree is what a search found, in messages a second.
type lossFree struct {
	least float64 // passed a full trial; 0 if no rate did
	most  float64 // the least rate that lost; infinite if none did
}

const (
	// allowedLoss is the share of messages that may be lost. RFC 2544 allows
	// none; but a general system's scheduler stops every program now and then,
	// and the least rate at which it never does says nothing about transports.
	allowedLoss = 0.001
	nearEnough  = 1.05 // times the rate that passed: the search ends
	searchSteps = 12   // bound it where no rate passes
	fullTrials  = 6
	stepDown    = 0.9 // after full trials that lost
)

// search finds the highest rate without loss (RFC 2544 section 26.1): short
// trials halve the range between a rate that passed and one that lost, then a
// full one has to confirm it. A short trial that lost is made once more, because
// a loss that does not come again was no lack of capacity (binary search with
// loss verification, ETSI GS NFV-TST 009 section 12.3.3).
func (try trial) search(short, full time.Duration) (found lossFree, err error) {
	rate := math.Inf(1)
	top, lost, err := try(rate, short)
	if err == nil && lost > allowedLoss {
		rate, top, err = try.halve(0, top, short)
	}
	if err != nil || rate == 0 {
		return lossFree{most: top}, err
	}
	return try.confirm(rate, top, full)
}

// halve narrows the range down, in short trials.
func (try trial) halve(low, high float64, short time.Duration) (float64, float64, error) {
	for step := 0; step < searchSteps && high > nearEnough*low; step++ {
		middle := (low + high) / 2
		passed, err := try.passes(middle, short)
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

// confirm makes full trials, from this rate downwards, until one passes. One that
// lost is made once more, too. The range between what passed and what lost never
// closes wholly.
func (try trial) confirm(rate, most float64, full time.Duration) (lossFree, error) {
	if math.IsInf(rate, 1) {
		most = rate
	}
	for range fullTrials {
		sent := 0.0
		for range 2 {
			var lost float64
			var err error
			if sent, lost, err = try(rate, full); err != nil || lost <= allowedLoss {
				return lossFree{least: sent, most: max(most, sent)}, err
			}
		}
		most = min(rate, sent)
		rate = stepDown * most
	}
	return lossFree{most: most}, nil
}

// passes makes a trial, and once more if it lost too much.
func (try trial) passes(rate float64, lasts time.Duration) (bool, error) {
	for range 2 {
		if _, lost, err := try(rate, lasts); err != nil || lost <= allowedLoss {
			return err == nil, err
		}
	}
	return false, nil
}
