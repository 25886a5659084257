package backlog

import (
	"testing"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestBacklog asks this very system. However busy it is, its queue has room for
// one more than the backlog.
func TestBacklog(t *testing.T) {
	t.Parallel()
	b := &testbed.Bench{Transports: transports.Transports(), Driver: localhost.Localhost}
	rows, err := runBacklog(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Result{Measurements: rows}
	probetest.WantValues(t, r, "tcp", map[string]result.Value{
		"connected_before_accept": result.Num(6), "refused_or_waiting": result.Num(6), "connected_together": result.Num(12),
	})
	probetest.WantValues(t, r, "udp", map[string]result.Value{"connected_before_accept": result.Word("no queue")})
	probetest.WantExpected(t, r, "tcp", true, "connected_before_accept", "refused_or_waiting", "connected_together")
	probetest.WantExpected(t, r, "udp", true, "connected_before_accept")
	if got := r.Find("accept_waited").Values["tcp"].Number; got < probe.Milliseconds(acceptFor) {
		t.Errorf("accept returned after %v ms, before anybody called", got)
	}
}
