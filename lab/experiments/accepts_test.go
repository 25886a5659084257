package experiments_test

import (
	"testing"

	"echolab/lab/experiments/registry"
	"echolab/lab/link"
)

// TestAcceptsConditions: what experiments accept are conditions that there are.
func TestAcceptsConditions(t *testing.T) {
	for _, e := range registry.All() {
		for _, name := range e.Accepts {
			if _, err := link.Named(name); err != nil {
				t.Errorf("%s accepts what is no condition: %v", e.ID, err)
			}
		}
	}
}
