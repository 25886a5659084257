package probetest

import (
	"context"
	"testing"
	"testing/synctest"

	"echolab/lab/result"
	"echolab/lab/testbed"
)

// OnMemory runs a method through transports over networks without packets,
// which may be changed before.
func OnMemory(
	t *testing.T, run func(context.Context, *testbed.Bench) ([]result.Measurement, error),
	change func(testbed.Network) testbed.Network, transports ...testbed.Transport,
) *result.Result {
	t.Helper()
	var r *result.Result
	synctest.Test(t, func(t *testing.T) {
		o := (&Opened{}).Memory()
		open := o.Open
		o.Open = func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
			n, err := open(ctx, s)
			if change != nil && err == nil {
				n = change(n)
			}
			return n, err
		}
		b := &testbed.Bench{Options: result.Options{Messages: 100, Size: 64}, Transports: transports, Driver: o}
		rows, err := run(t.Context(), b)
		if err != nil {
			t.Error(err)
		}
		r = &result.Result{Measurements: rows}
	})
	return r
}

// asExpected reports whether a value is what theory expects, and fails the test
// if theory says nothing.
func asExpected(t *testing.T, r *result.Result, id, transport string) bool {
	t.Helper()
	m := r.Find(id)
	m.Judge()
	within, judged := m.Within[transport]
	if !judged {
		t.Fatalf("%s of %s: measured %v, expected %v", id, transport, m.Values[transport], m.Expected[transport])
	}
	return within
}

// WantValues holds all values of one transport against what they have to be.
func WantValues(t *testing.T, r *result.Result, transport string, want map[string]result.Value) {
	t.Helper()
	for id, v := range want {
		if got := r.Find(id).Values[transport]; got != v {
			t.Errorf("%s of %s is %v, want %v", id, transport, got, v)
		}
	}
}

// WantExpected wants values to be as theory expects, or not to be.
func WantExpected(t *testing.T, r *result.Result, transport string, want bool, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if got := asExpected(t, r, id, transport); got != want {
			m := r.Find(id)
			t.Errorf("%s of %s is %v, expected %v (%v to %v): as expected %v, want %v",
				id, transport, m.Values[transport], m.Expected[transport], m.Low[transport], m.High[transport], got, want)
		}
	}
}

// ServingOther is a transport whose servers are not what was asked for.
func ServingOther(t testbed.Transport, change func(*testbed.ServerOptions)) testbed.Transport {
	listen := t.Listen
	t.Listen = func(
		ctx context.Context, host testbed.Host, address string, o testbed.ServerOptions,
	) (testbed.Server, error) {
		change(&o)
		return listen(ctx, host, address, o)
	}
	return t
}
