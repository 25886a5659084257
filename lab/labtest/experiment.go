package labtest

import (
	"context"
	"errors"
	"math"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// Measure runs an experiment once through all transports, as the command would,
// on the driver's network. Its own conditions are changed by change, in both
// directions, and watched by tap; both may be nil.
func Measure(
	ctx context.Context, on testbed.Driver, e experiments.Experiment, o result.Options,
	change func(*link.Conditions), tap wire.Tap,
) (*result.Result, error) {
	o.Runs, o.Network = 1, on.Name
	if change != nil {
		change(&e.Conditions.Client)
		change(&e.Conditions.Server)
	}
	item, err := lab.NewItem(e, e.Conditions, on.Name, []testbed.Driver{on})
	if err != nil {
		return nil, err
	}
	run := lab.Plan{Items: []lab.Item{item}, Options: o, Transports: transports.Transports()}
	if tap != nil {
		run.Watches = []lab.Watch{func(string, wire.Options) testbed.Watch { return testbed.Watch{Packets: tap} }}
	}
	report, err := lab.Run(ctx, run)
	if err == nil && report.Experiments[0].Error != "" {
		err = errors.New(report.Experiments[0].Error)
	}
	if err != nil {
		return nil, err
	}
	return report.Experiments[0], nil
}

// Judge is what checks of results report to: a test, or a collector whose caller
// decides later.
type Judge interface {
	Helper()
	Errorf(format string, args ...any)
}

// Value is what an experiment measured of a transport.
func Value(t Judge, r *result.Result, id, transport string) float64 {
	t.Helper()
	m := r.Find(id)
	if m == nil {
		t.Errorf("%s measured no %s", r.ID, id)
		return math.NaN()
	}
	return m.Values[transport].Number
}

// Near wants a measurement to be a number, give or take.
func Near(t Judge, r *result.Result, id, transport string, want, tolerance float64) {
	t.Helper()
	if got := Value(t, r, id, transport); !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s of %s: %v, want %v within %v", id, transport, got, want, tolerance)
	}
}

// Within wants a measurement to lie where theory allows it.
func Within(t Judge, r *result.Result, id string) {
	t.Helper()
	m := r.Find(id)
	if m == nil {
		t.Errorf("%s measured no %s", r.ID, id)
		return
	}
	for transport, ok := range m.Within {
		if !ok {
			low, high := m.Low[transport], m.High[transport]
			t.Errorf("%s: %s of %s: %v is outside %v to %v", r.ID, id, transport, m.Values[transport], low, high)
		}
	}
}

// AsTheoryExpects wants every measurement to lie where theory allows it, and
// theory to say something.
func AsTheoryExpects(t Judge, r *result.Result) {
	t.Helper()
	expected := 0
	for _, m := range r.Measurements {
		Within(t, r, m.ID)
		expected += len(m.Within)
	}
	if expected == 0 {
		t.Errorf("theory expects nothing of %s: that shows nothing", r.ID)
	}
}

// NoConnection reports whether a transport did not reach its server.
func NoConnection(r *result.Result, transport string) bool {
	m := r.Find("delivered")
	return m != nil && m.Values[transport] == result.Word("no connection")
}

// causes are the rows that say why messages did not come back.
var causes = []string{"lost_injected", "lost_overflow", "lost_corrupted", "lost_late", "lost_unexplained"}

// Conserves wants every message to have come back, or to have one cause why it
// did not, which is known. Of a transport without a connection it asks nothing.
func Conserves(t Judge, r *result.Result, messages int) {
	t.Helper()
	Within(t, r, "lost_unexplained")
	for _, transport := range transports.Transports() {
		if NoConnection(r, transport.Name) {
			continue
		}
		sum := Value(t, r, "delivered", transport.Name) * float64(messages) / 100
		for _, cause := range causes {
			sum += Value(t, r, cause, transport.Name)
		}
		if !(math.Abs(sum-float64(messages)) < 1e-6) {
			t.Errorf("%s: of %d messages %v came back or have a cause", transport.Name, messages, sum)
		}
	}
}
