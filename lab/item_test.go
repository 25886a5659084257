package lab

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

func opener(name string, wired bool, err error) testbed.Driver {
	return testbed.Driver{Name: name, Wired: wired, Check: func() error { return err }}
}

func TestChoose(t *testing.T) {
	closed := errors.New("/dev/net/tun is closed")
	local, virtual := opener("localhost", false, nil), opener("virtual", true, nil)
	apart := opener("apart", true, nil)
	apart.Elsewhere = func(context.Context, testbed.Job, testbed.NewWatch) (testbed.Findings, error) {
		return testbed.Findings{}, nil
	}
	open := []testbed.Driver{local, apart, opener("kernel", true, nil), virtual}
	shut := []testbed.Driver{local, opener("kernel", true, closed), virtual}
	for _, c := range []struct {
		name    string
		place   experiments.Place
		network string
		openers []testbed.Driver
		want    string // network
		says    string // in the warning, or in the error where want is ""
	}{
		{"clean", experiments.OnLocalhost, Auto, open, "localhost", ""},
		{"no word is auto", experiments.OnLocalhost, "", open, "localhost", ""},
		{"the best wire", experiments.OnWire, Auto, open, "kernel", ""},
		{"the next wire, with the reason", experiments.OnWire, Auto, shut, "virtual", "/dev/net/tun is closed"},
		{"clean over a wire", experiments.OnLocalhost, "virtual", open, "virtual", ""},
		{"conditions without a wire", experiments.OnWire, "localhost", open, "", "needs a wire"},
		{"a network that does not open", experiments.OnWire, "kernel", shut, "", "/dev/net/tun is closed"},
		{"an unknown network", experiments.OnWire, "moon", open, "", `"moon"`},
		{"no network at all", experiments.OnWire, Auto, []testbed.Driver{local, opener("kernel", true, closed)},
			"", "/dev/net/tun is closed"},
		{"about the system", experiments.OnSystem, Auto, open, "localhost", ""},
		{"about the system, asked for elsewhere", experiments.OnSystem, "virtual", open, "localhost", "this system's own"},
		{"about the system, asked for there", experiments.OnSystem, "localhost", open, "localhost", ""},
		{"about the system, on a machine of its own", experiments.OnSystem, "apart", open, "", "this system's own sockets"},
		{"over a wire, on a machine of its own", experiments.OnWire, "apart", open, "apart", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, warning, err := choose(experiments.Experiment{ID: "e", Place: c.place}, c.network, c.openers)
			if c.want == "" {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("network %q, %v; want an error that says %q", o.Name, err, c.says)
				}
				return
			}
			if err != nil || o.Name != c.want {
				t.Fatalf("network %q, %v; want %s", o.Name, err, c.want)
			}
			if warning.IsZero() != (c.says == "") || !strings.Contains(warning.String(), c.says) {
				t.Errorf("warns %q, want %q in it", warning, c.says)
			}
		})
	}
}

// TestNewItem: without a wire there are no conditions, and an experiment without
// a network is refused by its name.
func TestNewItem(t *testing.T) {
	local, virtual := opener("localhost", false, nil), opener("virtual", true, nil)
	lossy := wire.Options{Client: link.Conditions{Loss: 0.5}}
	for place, want := range map[experiments.Place]wire.Options{
		experiments.OnWire: lossy, experiments.OnLocalhost: {}, experiments.OnSystem: {},
	} {
		e := experiments.Experiment{ID: "e", Place: place}
		item, err := NewItem(e, lossy, Auto, []testbed.Driver{local, virtual})
		if err != nil || !reflect.DeepEqual(item.Conditions, want) {
			t.Errorf("place %v: conditions %v, %v; want %v", place, item.Conditions, err, want)
		}
	}
	_, err := NewItem(experiments.Experiment{ID: "e", Place: experiments.OnWire}, lossy, Auto, []testbed.Driver{local})
	if err == nil || !strings.HasPrefix(err.Error(), "e: no network") {
		t.Errorf("without a network: %v", err)
	}
}
