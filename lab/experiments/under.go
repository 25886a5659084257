package experiments

import (
	"slices"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// Under is an experiment's own conditions with those put over them that were
// asked for and can act there. A kind of loss that is asked for stands in for
// all losses of the experiment's own. The error says what does not fit together.
func (e Experiment) Under(asked link.Overrides) (wire.Options, error) {
	o, accepted := e.Conditions, asked.Among(e.Accepts)
	isAsked := func(row link.Condition) bool { return slices.Contains(accepted.Names(), row.Name) }
	dropsAsked := slices.ContainsFunc(link.All(), func(row link.Condition) bool { return row.Drops && isAsked(row) })
	for _, row := range link.All() {
		if dropsAsked && row.Drops {
			row.Clear(&o.Client, &o.Server)
		}
	}
	o.Client, o.Server = accepted.Apply(o.Client, o.Server)
	for _, row := range link.All() {
		for _, c := range []*link.Conditions{&o.Client, &o.Server} {
			if row.Lacks(*c) && (!isAsked(row) || Idle(row, o) != "") {
				row.Clear(c)
			}
		}
	}
	return o, o.Validate()
}

// Idle is why a condition does nothing under others, because neither direction
// has what it needs; "" where it acts, or where that is an error.
func Idle(row link.Condition, under wire.Options) string {
	if row.Lacks(under.Client) && row.Lacks(under.Server) {
		return row.Needs.Idle
	}
	return ""
}
