package programs

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

func TestPrograms(t *testing.T) {
	all := []string{"five_clients", "sixth_client", "hello_clients", "changed", "chunks"}
	r := probetest.OnMemory(t, Experiment.Run, nil, transports.Transports()...)
	for _, transport := range transports.Transports() {
		probetest.WantValues(t, r, transport.Name, map[string]result.Value{
			"five_clients": result.Num(5), "sixth_client": result.Word("finds nobody"), "hello_clients": result.Num(3),
			"changed": result.Word("HELLO"), "chunks": result.Num(4),
		})
		probetest.WantExpected(t, r, transport.Name, true, all...)
	}
}

// TestWrongPrograms: servers that serve another number, greet with other words
// or change what they should not.
func TestWrongPrograms(t *testing.T) {
	for _, transport := range transports.Transports() {
		for _, c := range []struct {
			name   string
			change func(*testbed.ServerOptions)
			wrong  []string
		}{
			{"never stops", func(o *testbed.ServerOptions) { o.MaxClients = 0 }, []string{"sixth_client"}},
			{"stops after four", func(o *testbed.ServerOptions) { o.MaxClients = min(o.MaxClients, 4) }, []string{"five_clients"}},
			{"greets with an echo", func(o *testbed.ServerOptions) { greetWith(o, "echo") }, []string{"hello_clients"}},
			{"does not greet", func(o *testbed.ServerOptions) { greetWith(o, "discard") }, []string{"hello_clients"}},
			{"answers upper case", func(o *testbed.ServerOptions) { o.Service = "upper" }, []string{"five_clients", "hello_clients", "chunks"}},
			{"changes nothing", func(o *testbed.ServerOptions) { o.Service = "" }, []string{"hello_clients", "changed"}},
		} {
			r := probetest.OnMemory(t, Experiment.Run, nil, probetest.ServingOther(transport, c.change))
			t.Run(transport.Name+" "+c.name, func(t *testing.T) { probetest.WantExpected(t, r, transport.Name, false, c.wrong...) })
		}
	}
}

func greetWith(o *testbed.ServerOptions, service string) {
	if o.Service == "hello" {
		o.Service = service
	}
}
