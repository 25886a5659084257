package report

import (
	"slices"
	"strings"

	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/text"
)

// about says what was run, so that it can be run again.
func (b *builder) about() string {
	e, o := b.r.Environment, b.r.Options
	runs := b.Say("1 run")
	if o.Runs > 1 {
		runs = b.Sayf("median of %d runs", o.Runs)
	}
	parts := []string{b.Sayf("%s/%s, %d CPUs: %s messages of %s bytes each, seed %d, %s",
		e.OS, e.Arch, e.CPUs, thousands(float64(o.Messages)), thousands(float64(o.Size)), o.Seed, runs)}
	if o.Preset != "" {
		parts = append(parts, b.Sayf("preset %s", o.Preset))
	}
	if controls := b.controls(); len(controls) > 0 {
		parts = append(parts, b.Sayf("congestion control %s", strings.Join(controls, ", ")))
	}
	return strings.Join(parts, ", ")
}

// controls are the congestion controls that TCP had, each with its networks
// where there are several.
func (b *builder) controls() []string {
	var names, places []string
	for _, e := range b.r.Experiments {
		if e.Congestion == "" {
			continue
		}
		names = append(names, e.Congestion)
		if place := b.Sayf("%s on %s", e.Congestion, e.Network); !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > 1 {
		return places
	}
	return names
}

// next says what to run next.
func (b *builder) next() string {
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
			return len(b.outside(m)) > 0
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
