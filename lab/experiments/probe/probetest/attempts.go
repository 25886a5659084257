// Package probetest has what the tests of several lessons share: packets by hand,
// hosts and networks that misbehave, and what is wanted of rows.
package probetest

import (
	"context"
	"errors"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// Opened remembers the wires of the networks that were opened.
type Opened struct {
	mu    sync.Mutex
	Wires []wire.Options
}

// Memory opens networks without packets.
func (o *Opened) Memory() testbed.Driver { return o.Few(math.MaxInt) }

// Nothing opens no network, for experiments that would send without an end
// where the memory is the only bound.
func (o *Opened) Nothing() testbed.Driver { return o.Few(0) }

// Few opens a number of networks without packets, and no more.
func (o *Opened) Few(most int) testbed.Driver {
	return testbed.Driver{
		Name: "memory", Wired: true,
		Open: func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
			if o.Note(s) > most {
				return nil, ErrNoRoom
			}
			return labtest.Memory(s), nil
		},
	}
}

// ErrNoRoom says that no further network opens.
var ErrNoRoom = errors.New("no room")

// Note remembers a wire and tells how many there are.
func (o *Opened) Note(s testbed.NetworkConfig) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Wires = append(o.Wires, s.Wire)
	return len(o.Wires)
}

// Fates are what chance makes of the first packets of every wire, in order.
func (o *Opened) Fates() []string {
	var all []string
	for _, w := range o.Wires {
		all = append(all, fateOf(w.Seed, "client")+fateOf(w.Seed, "server"))
	}
	slices.Sort(all)
	return all
}

// fateOf is the fate of 32 packets of which half are lost: one of 2^32.
func fateOf(seed uint64, side string) string {
	l, fates := link.New(link.Conditions{Loss: 0.5}, seed, side), []byte(strings.Repeat(".", 32))
	for i := range fates {
		if l.Offer(0, []byte{0}).Fate == link.Lost {
			fates[i] = 'x'
		}
	}
	return string(fates)
}

// DeafHost is a host whose dials are never answered.
type DeafHost struct{ testbed.Host }

// DialContext waits until ctx ends.
func (DeafHost) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// Attempts runs an experiment through each transport, on networks that the
// driver opens, and fails the test unless it opened at least that many through
// TCP, no two of them share their fates, and what UDP meets in an attempt is
// what TCP meets in the same. The change is made to its conditions.
func Attempts(
	t *testing.T, e experiments.Experiment, networks int, driver func(*Opened) testbed.Driver,
	change func(*link.Conditions),
) {
	t.Helper()
	change(&e.Conditions.Client)
	change(&e.Conditions.Server)
	tcp, udp := fatesIn(t, e, transports.TCP, driver), fatesIn(t, e, transports.UDP, driver)
	if len(tcp) < networks || len(slices.Compact(slices.Clone(tcp))) != len(tcp) {
		t.Errorf("%s: %d networks of TCP, want %d, met the fates %v", e.ID, len(tcp), networks, tcp)
	}
	if len(udp) == 0 || len(slices.Compact(slices.Clone(udp))) != len(udp) {
		t.Errorf("%s: UDP's networks met the fates %v", e.ID, udp)
	}
	for _, fates := range udp {
		if !slices.Contains(tcp, fates) {
			t.Errorf("%s: UDP met the fates %s, TCP did not: %v", e.ID, fates, tcp)
		}
	}
}

// fatesIn runs an experiment through one transport and tells the fates of its
// networks.
func fatesIn(
	t *testing.T, e experiments.Experiment, transport testbed.Transport, driver func(*Opened) testbed.Driver,
) []string {
	t.Helper()
	o := &Opened{}
	b := &testbed.Bench{
		Options:    result.Options{Messages: 50, Size: 64, Quick: true},
		Transports: []testbed.Transport{transport}, Conditions: e.Conditions, Driver: driver(o),
	}
	if _, err := e.Run(t.Context(), b); err != nil && !errors.Is(err, ErrNoRoom) {
		t.Fatal(err)
	}
	return o.Fates()
}
