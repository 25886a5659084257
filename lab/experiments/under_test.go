package experiments_test

import (
	"testing"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/wire"
)

// TestUnderNoDelay: without a delay there is none to skip, so that an experiment's
// own reordering goes with it; who asks for both is told.
func TestUnderNoDelay(t *testing.T) {
	both := link.Conditions{Delay: 10 * time.Millisecond, Reorder: 0.25}
	e := experiments.Experiment{
		Conditions: wire.Options{Client: both, Server: both}, Accepts: []string{"delay", "reorder"},
	}
	for _, c := range []struct {
		asked map[string]string
		want  float64
		ok    bool
	}{
		{nil, 0.25, true}, {map[string]string{"delay": "5ms"}, 0.25, true}, {map[string]string{"delay": "0s"}, 0, true},
		{map[string]string{"delay": "0s", "reorder": "50%"}, 0.5, false},
	} {
		var asked link.Overrides
		for name, value := range c.asked {
			if err := asked.Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
		o, err := e.Under(asked)
		if (err == nil) != c.ok || o.Client.Reorder != c.want || o.Server.Reorder != c.want {
			t.Errorf("%v: %v, %v, want %v, ok %v", c.asked, o, err, c.want, c.ok)
		}
	}
}
