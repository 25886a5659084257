package experiments

import (
	"cmp"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// Claim is something that a document says, and the rule by which measurements
// decide about it. The rule stands before the measurement.
type Claim struct {
	ID          string
	Source      result.Source
	Statement   text.Phrase
	Experiments []string       // ids of all experiments that the rule looks at
	Rule        text.Phrase    // the rule in words
	Expect      result.Verdict // what theory expects of it; "" is Holds
	// Judge is the rule. Its verdict counts where the evidence is complete.
	Judge func(*Evidence) (result.Verdict, text.Message)
}

// Decide applies the claim's rule, if all that it looks at has been measured.
func (c Claim) Decide(found result.Results) result.ClaimResult {
	r := result.ClaimResult{
		ID: c.ID, Source: c.Source.Files(), Statement: text.Say(c.Statement), Experiments: c.Experiments,
		Rule: text.Say(c.Rule), Verdict: result.Untested, Expected: cmp.Or(c.Expect, result.Holds),
	}
	var missing []string
	for _, id := range c.Experiments {
		if found[id] == nil {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		r.Because = text.Sayf("needs the experiments %s", strings.Join(missing, ", "))
		return r
	}
	r.Verdict, r.Because = c.Apply(found)
	return r
}

// Apply applies the claim's rule. Where a value that it reads is missing or was cut
// off, the claim is untested; where no transport had a connection, it depends.
func (c Claim) Apply(found result.Results) (result.Verdict, text.Message) {
	e := &Evidence{Results: found}
	verdict, because := c.Judge(e)
	switch {
	case !e.Missing.IsZero():
		return result.Untested, e.Missing
	case e.unconnected:
		return result.Depends, text.Say("nothing passes, for either")
	}
	return verdict, because
}
