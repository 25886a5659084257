package experiments

import (
	"slices"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// losses are the conditions that drop packets. Whoever asks for one of them
// does not want an experiment's own beside it.
var losses = []string{"loss", "burst", "exact", "drop"}

// Under is an experiment's own conditions with those put over them that were
// asked for and can act there. The error says what does not fit together.
func (e Experiment) Under(asked link.Overrides) (wire.Options, error) {
	o, accepted := e.Conditions, asked.Among(e.Accepts)
	names := accepted.Names()
	if slices.ContainsFunc(names, func(name string) bool { return slices.Contains(losses, name) }) {
		for _, l := range []*link.Conditions{&o.Client, &o.Server} {
			l.Loss, l.Burst, l.Exact, l.Drop = 0, link.Burst{}, link.Exact{}, nil
		}
	}
	o.Client, o.Server = accepted.Apply(o.Client, o.Server)
	if !slices.Contains(names, "reorder") {
		for _, l := range []*link.Conditions{&o.Client, &o.Server} {
			if l.Delay == 0 {
				l.Reorder = 0 // there is no delay to skip
			}
		}
	}
	if o.Client.Rate == 0 && o.Server.Rate == 0 && slices.Contains(names, "limit") {
		o.Client.Limit, o.Server.Limit = 0, 0 // nothing waits
	}
	return o, o.Validate()
}
