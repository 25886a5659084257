package sockets

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestCensus asks this very system's table.
func TestCensus(t *testing.T) {
	t.Parallel()
	b := &testbed.Bench{Transports: transports.Transports(), Driver: localhost.Localhost}
	rows, err := runSockets(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Result{Measurements: rows}
	for _, transport := range transports.Transports() {
		probetest.WantExpected(t, r, transport.Name, true,
			"server_sockets", "server_ports", "states", "client_ports", "sessions", "any_address", "sockets_after_close")
	}
}

// TestReadEntry reads a line of the kernel's table as it is printed on a
// machine with the least significant byte first.
func TestReadEntry(t *testing.T) {
	for line, want := range map[string]string{
		"0: 0100007F:2329 00000000:0000 0A 00000000:00000000":                                 "127.0.0.1:9001 0.0.0.0:0 LISTEN",
		"1: 0100007F:2329 0200007F:9C41 01 00000000:00000000":                                 "127.0.0.1:9001 127.0.0.2:40001 ESTABLISHED",
		"2: 0000000000000000FFFF00000100007F:0007 00000000000000000000000000000000:0000 06 0": "127.0.0.1:7 [::]:0 TIME-WAIT",
	} {
		e, err := readEntry(line)
		if got := e.local.String() + " " + e.peer.String() + " " + string(e.state); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", line, got, err, want)
		}
	}
	for _, line := range []string{"", "0: 0100007F 00000000:0000 0A", "0: 01007F:2329 00000000:0000 0A", "0: zz00007F:2329 00000000:0000 0A"} {
		if e, err := readEntry(line); err == nil {
			t.Errorf("%q was read as %+v", line, e)
		}
	}
}
