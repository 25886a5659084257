package result

import (
	"slices"

	"echolab/lab/text"
)

// SchemaName is the version of the report's JSON form.
const SchemaName = "lab.report/1"

// Report is everything that one `lab compare` found out.
type Report struct {
	Schema      string         `json:"schema"`
	Environment Environment    `json:"environment"`
	Options     Options        `json:"options"`
	Experiments []*Result      `json:"experiments"`
	Documents   []DocumentRow  `json:"documents"`
	Claims      []ClaimResult  `json:"claims"`
	Conclusions []text.Message `json:"conclusions"` // the whole in a few sentences, a lesson each
	Warnings    []text.Message `json:"warnings"`
}

// Environment is the machine that the report was made on.
type Environment struct {
	Lab               string            `json:"lab"` // version of the program
	Go                string            `json:"go"`
	OS                string            `json:"os"`
	Arch              string            `json:"arch"`
	Kernel            string            `json:"kernel,omitempty"`
	CPUs              int               `json:"cpus"`
	CongestionControl string            `json:"congestion_control,omitempty"`
	Networks          map[string]string `json:"networks"` // "ok", or why it does not open
}

// Options is what the user chose; it makes a run repeatable.
type Options struct {
	Seed       uint64   `json:"seed"`
	Runs       int      `json:"runs"`
	Messages   int      `json:"messages"` // per transport and run
	Size       int      `json:"size"`     // bytes of a message
	Network    string   `json:"network"`  // "auto" or the name of one
	Quick      bool     `json:"quick,omitempty"`
	Congestion string   `json:"congestion,omitempty"`
	Preset     string   `json:"preset,omitempty"` // of conditions, where one was named
	Transports []string `json:"transports"`
	// Named says that the experiments were asked for by name: such a one may take
	// its time and look at more.
	Named bool `json:"-"`
}

// Result is what one experiment found out.
type Result struct {
	ID           string         `json:"id"`
	Title        text.Message   `json:"title"`
	Question     text.Message   `json:"question"`
	Method       text.Message   `json:"method,omitzero"`
	Network      string         `json:"network"`
	Congestion   string         `json:"congestion,omitempty"` // control of TCP over a wire; "" is not known
	Seconds      float64        `json:"seconds"`
	Conditions   map[string]any `json:"conditions"` // the user's words: "loss": 0.1, "delay_ms": 10
	Measurements []Measurement  `json:"measurements"`
	Claims       []string       `json:"claims"`
	Why          text.Message   `json:"why"`
	References   []string       `json:"references"`
	Warnings     []text.Message `json:"warnings"`
	// Disturbed says that the machine was too busy to keep the link's time; where
	// something is not as expected, a warning says how busy.
	Disturbed bool   `json:"disturbed,omitempty"`
	Error     string `json:"error,omitempty"` // why it did not run
}

// DocumentRow is one row of the documents' own comparison table, with what
// was measured beside what is written.
type DocumentRow struct {
	Source      string                  `json:"source"`
	Row         string                  `json:"row"`
	Says        map[string]string       `json:"says"`
	Measured    map[string]text.Message `json:"measured"`
	Verdict     Verdict                 `json:"verdict"`
	Because     text.Message            `json:"because"`
	Experiments []string                `json:"experiments"`
}

// ClaimResult is a claim and its verdict.
type ClaimResult struct {
	ID          string       `json:"id"`
	Source      string       `json:"source"`
	Statement   text.Message `json:"statement"`
	Verdict     Verdict      `json:"verdict"`
	Expected    Verdict      `json:"expected,omitempty"` // theory's
	Experiments []string     `json:"experiments"`
	Because     text.Message `json:"because"`
	Rule        text.Message `json:"rule"`
}

// Of returns the result of an experiment, or nil.
func (r *Report) Of(experiment string) *Result {
	for _, e := range r.Experiments {
		if e.ID == experiment {
			return e
		}
	}
	return nil
}

// Results finds the results of the experiments that ran.
func (r *Report) Results() Results {
	found := make(Results, len(r.Experiments))
	for _, e := range r.Experiments {
		if e.Error == "" {
			found[e.ID] = e
		}
	}
	return found
}

// Unexpected lists the measurements and claims that are not as theory expects:
// "loss delivered udp", "claim not-resent".
func (r *Report) Unexpected() []string {
	var all []string
	for _, e := range r.Experiments {
		for _, m := range e.Measurements {
			for transport, within := range m.Within {
				if !within {
					all = append(all, e.ID+" "+m.ID+" "+transport)
				}
			}
		}
	}
	for _, c := range r.Claims {
		if !c.AsExpected() {
			all = append(all, "claim "+c.ID)
		}
	}
	slices.Sort(all)
	return all
}

// AsExpected reports whether theory agrees with the verdict: a claim that is
// right must not be refuted, one that is wrong must not hold. What depends, or
// was not tested, contradicts nothing.
func (c ClaimResult) AsExpected() bool {
	switch c.Verdict {
	case Holds:
		return c.Expected != Refuted
	case Refuted:
		return c.Expected != Holds
	}
	return true
}

// Find returns the measurement with that id, or nil.
func (r *Result) Find(id string) *Measurement {
	if r == nil {
		return nil
	}
	for i := range r.Measurements {
		if r.Measurements[i].ID == id {
			return &r.Measurements[i]
		}
	}
	return nil
}

// Verdict is what a measurement says about a claim.
type Verdict text.Phrase

// The verdicts.
const (
	Holds    Verdict = "holds"
	Refuted  Verdict = "refuted"
	Depends  Verdict = "depends"
	Untested Verdict = "untested"
)

// Results finds results by experiment id.
type Results map[string]*Result
