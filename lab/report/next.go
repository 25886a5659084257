package report

import (
	"slices"
	"strings"

	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/text"
)

// next says what to run next.
func (b *builder) next() string {
	if b.o.Quiet {
		return ""
	}
	commands := []string{"lab list"}
	if len(b.r.Experiments) > 0 {
		commands = b.steps()
	}
	for i, command := range commands {
		commands[i] = text.Together(command)
	}
	return b.Sayf("Next: %s", strings.Join(commands, dot))
}

// steps are commands that lead on from the first experiment that did not run or
// is not as expected, or else from the one that shows most.
func (b *builder) steps() []string {
	odd := slices.IndexFunc(b.r.Experiments, func(e *result.Result) bool {
		return e.Error != "" || slices.ContainsFunc(e.Measurements, func(m result.Measurement) bool {
			return len(outsideOf(m, b.transports)) > 0
		})
	})
	if odd >= 0 {
		e := b.r.Experiments[odd]
		return append([]string{"lab explain " + e.ID}, b.trace(e)...)
	}
	e := b.telling()
	steps := append(b.trace(e), "lab explain "+e.ID)
	switch {
	case len(b.r.Experiments) > 1:
		steps = append(steps, "lab predict "+e.ID)
	case b.o.Details:
	case b.o.Again != "":
		steps = append(steps, b.o.Again+" --details")
	default:
		steps = append(steps, "lab compare "+e.ID+" --details")
	}
	return steps
}

// telling is the experiment to go on with: the one that shows most, if it is
// among them, else one whose packets can be drawn.
func (b *builder) telling() *result.Result {
	if e := b.r.Of("loss"); e != nil {
		return e
	}
	for _, e := range b.r.Experiments {
		if len(b.trace(e)) > 0 {
			return e
		}
	}
	return b.r.Experiments[0]
}

// trace is the command that draws an experiment's packets; none where nothing
// passed over a wire.
func (b *builder) trace(e *result.Result) []string {
	switch {
	case e.Network == localhost.Localhost.Name || e.Network == "":
		return nil
	case len(b.r.Experiments) == 1 && b.o.Trace != "":
		return []string{b.o.Trace}
	}
	return []string{"lab trace " + e.ID}
}
