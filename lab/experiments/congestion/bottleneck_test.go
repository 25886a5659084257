package congestion

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestEndedEarly: nobody there in time, and a transport that gave up, are results;
// another error is one.
func TestEndedEarly(t *testing.T) {
	late := &testbed.DialError{After: 30 * time.Second, Err: os.ErrDeadlineExceeded}
	broken := &probe.BrokenError{Transport: "tcp", Flow: 1, After: 2 * time.Second, Err: syscall.ETIMEDOUT}
	for _, c := range []struct {
		err   error
		after time.Duration
		want  string
	}{
		{fmt.Errorf("tcp flow 1: %w", late), 30 * time.Second, "no connection in 30 s"},
		{broken, 2 * time.Second, "the connection broke after 2 s (" + syscall.ETIMEDOUT.Error() + ")"},
		{&testbed.DialError{Err: syscall.EINVAL}, 0, ""}, {syscall.EINVAL, 0, ""}, {nil, 0, ""},
	} {
		p, ok := endedEarly(c.err)
		if ok != (c.want != "") || p.Lasted != c.after || p.Ended.String() != c.want {
			t.Errorf("%v: ended early %v, %v, %q; want %v, %q", c.err, ok, p.Lasted, p.Ended, c.after, c.want)
		}
	}
}

// TestBottleneckRows: what of a flow's packets the queue dropped, and what of its
// data got through.
func TestBottleneckRows(t *testing.T) {
	b := &testbed.Bench{Transports: []testbed.Transport{transports.UDP}, Conditions: wire.BothWays(link.Conditions{Rate: 10e6, Limit: 64})}
	p := probe.FlowResult{
		Flow:   packet.Flow{Packets: 2000, Lateness: wire.Lateness{Delivered: 1200}, Overflowed: 600, Lost: 200, Fresh: 1_000_000, Offered: 2_500_000},
		Lasted: time.Second, Ready: true,
	}
	got := map[string]float64{}
	for _, row := range bottleneckRows(b, map[string]probe.FlowResult{"udp": p}) {
		got[row.ID] = row.Values["udp"].Number
	}
	want := map[string]float64{"goodput": 8, "sent": 20, "queue_loss": 30, "data_lost": 40}
	for id, v := range want {
		if got[id] != v {
			t.Errorf("%s is %v, want %v", id, got[id], v)
		}
	}
}
