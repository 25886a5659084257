package grade

import (
	"slices"
	"sync"

	"echolab/lab/text"
)

// A transcript keeps its first and its last steps, so that a check with
// thousands of clients does not fill the memory.
const (
	firstSteps = 12
	lastSteps  = 28
)

// transcript is what a check did, step by step.
type transcript struct {
	mu      sync.Mutex
	steps   []text.Message
	leftOut int
}

// add adds a step, and tells it at once to whoever wants to hear it; nil is nobody.
func (t *transcript) add(step text.Message, tell func(text.Message)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if tell != nil {
		tell(step)
	}
	t.steps = append(t.steps, step)
	if len(t.steps) > firstSteps+lastSteps {
		t.steps = slices.Delete(t.steps, firstSteps, firstSteps+1)
		t.leftOut++
	}
}

// list is the steps in order, with a line in the place of those left out.
func (t *transcript) list() []text.Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := slices.Clone(t.steps)
	if t.leftOut > 0 {
		all = slices.Insert(all, firstSteps, text.Sayf("(%d steps more)", t.leftOut))
	}
	return all
}
