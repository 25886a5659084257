package probe

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
)

// TestUnreached: without a connection every cell says so, cut off where it was
// bad luck, expected where nothing passes.
func TestUnreached(t *testing.T) {
	for _, certain := range []bool{false, true} {
		r := LossResult{X: &testbed.Exchange{}, Unreached: Unreached{Why: text.Say("no connection"), certain: certain}}
		found := map[string]LossResult{"tcp": r}
		row := experiments.Measure([]testbed.Transport{transports.TCP}, found, IfReached(Delivered)...)[0]
		want, expected := row.Expected["tcp"]
		_, cut := row.CutOff["tcp"]
		_, low := row.Low["tcp"]
		if row.Values["tcp"] != result.Word("no connection") || cut == certain || expected != certain || low {
			t.Errorf("certain %v: %v, expected %v, cut off %v", certain, row.Values["tcp"], want, cut)
		}
	}
}

// TestCutShort: what a stream did not bring back in time is no result; what a
// datagram did not is.
func TestCutShort(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 2), Stopped: time.Minute}
	x.Observations[0].Copies = 1
	for transport, want := range map[*testbed.Transport]string{
		&transports.TCP: "stopped after 60 s, 1 messages under way", &transports.UDP: "",
	} {
		found := map[string]LossResult{transport.Name: {X: x, Workload: testbed.Workload{Messages: 2}}}
		row := experiments.Measure([]testbed.Transport{*transport}, found, Delivered)[0]
		if got := row.CutOff[transport.Name]; got.String() != want {
			t.Errorf("%s is cut off: %q, want %q", transport.Name, got, want)
		}
	}
}

// TestBroken: a connection that TCP gave up is said as such, in the system's words.
func TestBroken(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 3), Stopped: 338 * time.Second}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	x.Broken = fmt.Errorf("receive: %w", reset)
	const want = "the connection broke after 338 s (connection reset by peer), 3 messages not echoed"
	if got := (LossResult{X: x}).WhyCut(transports.TCP).String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
