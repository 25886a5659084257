package main

import (
	"testing"
	"time"

	"echolab/lab/text"
)

// TestSweepProgressText: the line tells what is done, and what is left from what this
// run has made, not from what was there.
func TestSweepProgressText(t *testing.T) {
	for want, p := range map[string]*sweepProgress{
		"10s":                                  {before: -1},
		"5 of 25 runs  10s":                    {before: 5, done: 5, all: 25},
		"10 of 20 runs  10s, about 20s left":   {before: 5, done: 10, all: 20},
		"20 of 20 runs  10s":                   {before: 5, done: 20, all: 20},
		"building the machine  10s":            {preparing: text.Quote("building the machine"), done: 3, all: 9},
		"100 of 200 runs  10s, about 10s left": {done: 100, all: 200},
	} {
		if got := p.text(10 * time.Second); got != want {
			t.Errorf("the line is %q, want %q", got, want)
		}
	}
}
