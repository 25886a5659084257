package testbed

import (
	"echolab/lab/result"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Job is one run of one experiment as values: all that decides what it finds.
type Job struct {
	Experiment string
	Transports []string
	Options    result.Options // Seed is the run's own
	Conditions wire.Options
}

// Findings are what a job found, not yet held against expectations.
type Findings struct {
	Rows     []result.Measurement
	Warnings []text.Message
}
