package throughput

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestKept: a paced sender that sends less than its pace is the machine's fault.
func TestKept(t *testing.T) {
	b := &testbed.Bench{Conditions: usualLink(nil)}
	pace := paceShare * payloadRate(transports.UDP, b.Conditions.Client)
	for _, c := range []struct {
		transport testbed.Transport
		share     float64
		want      bool
	}{{transports.UDP, 0.985, true}, {transports.UDP, 0.995, false}, {transports.TCP, 0.5, false}} {
		sent := probe.FlowResult{Flow: packet.Flow{Offered: int(c.share * pace / 8)}, Lasted: time.Second}
		if got := kept(b, c.transport, sent); got.IsZero() == c.want {
			t.Errorf("%s sent %v of its pace: %q", c.transport.Name, c.share, got)
		}
	}
}

// TestNotFull: on a queue that is shorter than the path, TCP fills the link late, and a
// rate below the link's is not the steady one.
func TestNotFull(t *testing.T) {
	long := usualLink(func(c *link.Conditions) { c.Delay = 200 * time.Millisecond })
	for _, c := range []struct {
		name       string
		conditions wire.Options
		share      float64 // of the link's rate
		cut        bool
	}{
		{"a long way, slow", long, 0.5, true},
		{"a long way, full", long, 0.96, false},
		{"as it is, slow", usualLink(nil), 0.5, false},
	} {
		b := &testbed.Bench{Conditions: c.conditions}
		fresh := int(c.share * payloadRate(transports.TCP, c.conditions.Client) / 8)
		flow := packet.Flow{Fresh: fresh, Handed: fresh, Lateness: wire.Lateness{Delivered: 1000}}
		r := probe.FlowResult{Ready: true, Lasted: time.Second, Flow: flow}
		row := result.Row("goodput", "", "Mbit/s")
		row.Put(transports.TCP.Name, bulkCells(b, transports.TCP, r).goodput)
		if _, cut := row.CutOff[transports.TCP.Name]; cut != c.cut {
			t.Errorf("%s: cut off: %v (%s)", c.name, cut, row.CutOff[transports.TCP.Name])
		}
	}
}
