package grade

import (
	"time"

	"echolab/lab/text"
)

// LatePolicy is what handing in late costs. The grace period moves the due time: days
// are counted from its end, and a day that has begun counts as one.
type LatePolicy struct {
	Grace  time.Duration
	PerDay int           // percent of the points reached that each day costs
	AtMost time.Duration // beyond that nothing counts any more; 0 is no bound
}

// Receipt says when something was handed in.
type Receipt struct {
	Submitted time.Time
	Due       time.Time // of this student, where it is another than the assignment's
}

// Late is what handing in late has cost.
type Late struct {
	Submitted time.Time `json:"submitted"`
	Due       time.Time `json:"due"`
	Percent   int       `json:"percent"`
	Reached   int       `json:"points_reached"` // before that
	Off       int       `json:"points_off"`     // taken from the score
}

const day = 24 * time.Hour

// Percent is how much is taken off for being so late.
func (p LatePolicy) Percent(by time.Duration) int {
	by -= p.Grace
	switch {
	case by <= 0:
		return 0
	case p.AtMost > 0 && by > p.AtMost:
		return 100
	}
	days := (by + day - 1) / day
	return int(min(100, int64(days)*int64(p.PerDay)))
}

// late is what a receipt costs of so many points, nil if it is in time.
func (p Policy) late(r Receipt, score int) *Late {
	due := r.Due
	if due.IsZero() {
		due = p.Due
	}
	if due.IsZero() || !r.Submitted.After(due) {
		return nil
	}
	percent := p.Late.Percent(r.Submitted.Sub(due))
	return &Late{Submitted: r.Submitted, Due: due, Percent: percent, Reached: score, Off: (score*percent + 50) / 100}
}

// Sentence says what was taken off.
func (l *Late) Sentence() text.Message {
	by := Span(l.Submitted.Sub(l.Due))
	switch l.Percent {
	case 0:
		return text.Sayf("Handed in %v late: within the grace period, nothing is taken off.", by)
	case 100:
		return text.Sayf("Handed in %v late: too late for the %d points that were reached.", by, l.Reached)
	}
	return text.Sayf("Handed in %v late: of the %d points that were reached, %d %% are taken off, which is %d.",
		by, l.Reached, l.Percent, l.Off)
}

// Span is a duration in the largest units that it fills, as one says it.
func Span(d time.Duration) text.Message {
	switch {
	case d >= day && d%day < time.Hour:
		return text.Sayf("%d d", int(d/day))
	case d >= day:
		return text.Sayf("%d d %d h", int(d/day), int(d%day/time.Hour))
	case d >= time.Hour && d%time.Hour < time.Minute:
		return text.Sayf("%d h", int(d/time.Hour))
	case d >= time.Hour:
		return text.Sayf("%d h %d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
	case d >= time.Minute:
		return text.Sayf("%d min", int(d/time.Minute))
	}
	return text.Sayf("%d s", int(d/time.Second))
}

// takeOff applies the policy to a result whose checks are done.
func (r *Result) takeOff(p Policy, o *Options) {
	if o.Receipts == nil {
		return
	}
	receipt, known := o.Receipts[o.Student]
	if !known {
		r.warn("When this was handed in is not known: nothing is taken off.")
		return
	}
	if r.Late = p.late(receipt, r.Score); r.Late != nil {
		r.Score -= r.Late.Off
	}
}
