package link

import (
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// ask makes overrides of pairs of words and values.
func ask(t *testing.T, pairs ...string) Overrides {
	t.Helper()
	var o Overrides
	for i := 0; i < len(pairs); i += 2 {
		if err := o.Set(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func TestOverridesKeepTheRest(t *testing.T) {
	o := ask(t, "loss", "0", "delay", "20ms", "drop", "client:3", "loss", "5%")
	before := Conditions{Loss: 0.1, Delay: 10 * ms, Reorder: 0.25, Drop: []int{1}}
	client, server := o.Apply(before, before)
	if diff := cmp.Diff(Conditions{Loss: 0.05, Delay: 20 * ms, Reorder: 0.25, Drop: []int{3}}, client); diff != "" {
		t.Errorf("client (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Conditions{Loss: 0.05, Delay: 20 * ms, Reorder: 0.25}, server); diff != "" {
		t.Errorf("server (-want +got):\n%s", diff)
	}
	if names := o.Names(); !slices.Equal(names, []string{"loss", "drop", "delay"}) {
		t.Errorf("Names() = %v", names)
	}
	client, _ = o.Among([]string{"delay"}).Apply(before, before)
	if diff := cmp.Diff(Conditions{Loss: 0.1, Delay: 20 * ms, Reorder: 0.25, Drop: []int{1}}, client); diff != "" {
		t.Errorf("among delay (-want +got):\n%s", diff)
	}
}

func TestOverridesOfZeroSwitchOff(t *testing.T) {
	client, _ := ask(t, "loss", "0").Apply(Conditions{Loss: 0.1}, Conditions{})
	if client.Loss != 0 {
		t.Errorf("loss is %v, want it switched off", client.Loss)
	}
}

func TestOverridesNameWhatIsWrong(t *testing.T) {
	var o Overrides
	for want, err := range map[string]error{
		`"los" is not a condition: they are loss, burst`:     o.Set("los", "10%"),
		`loss: "ten" is not a share`:                         o.Set("loss", "ten"),
		`drop: "3" is not a packet to drop`:                  o.Set("drop", "3"),
		`"moon" is not a preset: they are lan, wifi, dsl, l`: o.Preset("moon"),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
	if names := o.Names(); len(names) != 0 {
		t.Errorf("after errors only, %v are asked for", names)
	}
}

func TestPresets(t *testing.T) {
	for _, p := range Presets() {
		if p.About == "" || p.Source == "" {
			t.Errorf("%s: says nothing about itself or its source", p.Name)
		}
		var o Overrides
		if err := o.Preset(p.Name); err != nil {
			t.Fatal(err)
		}
		client, server := o.Apply(Conditions{}, Conditions{})
		for side, got := range map[string]Conditions{"client": client, "server": server} {
			if err := got.Validate(); err != nil {
				t.Errorf("%s, %s: %v", p.Name, side, err)
			}
			if got.Rate == 0 || got.Delay == 0 || got.Limit < minQueue {
				t.Errorf("%s, %s: %v lacks a rate, a delay or a queue", p.Name, side, got)
			}
		}
		if diff := cmp.Diff([]Conditions{p.Client, p.Server}, []Conditions{client, server}); diff != "" {
			t.Errorf("%s applied (-want +got):\n%s", p.Name, diff)
		}
	}
}

func TestReadConditions(t *testing.T) {
	for text, want := range map[string][2]string{
		`{}`:                               {"none", "none"},
		`{"loss": "10%", "delay": "10ms"}`: {"loss 10%, delay 10ms", "loss 10%, delay 10ms"},
		`{"client": {"drop": [3, 7]}, "loss": 0.1, "server": {"loss": 0.2, "drop": 1}}`: {
			"loss 10%, drop 3,7", "loss 20%, drop 1",
		},
		`{"drop": "client:3,server:1", "rate":   "10mbit", "limit": 64}`: {
			"drop 3, rate 10mbit, limit 64", "drop 1, rate 10mbit, limit 64",
		},
		`{"loss": "1%", "preset": "dsl", "server": {"rate": "8mbit"}}`: {
			"loss 1%, delay 25ms, rate 384kbit, limit 32", "loss 1%, delay 25ms, rate 8mbit, limit 32",
		},
	} {
		o, err := ReadConditions(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		client, server := o.Apply(Conditions{}, Conditions{})
		if got := [2]string{client.String(), server.String()}; got != want {
			t.Errorf("%s\nread as %q\nwant    %q", text, got, want)
		}
	}
}

func TestReadConditionsNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		``:                                  "not a JSON object",
		`[]`:                                "not a JSON object",
		`{"loss": "10%"`:                    "the object does not end",
		`{"loss": "10%"} {}`:                "more than one JSON object",
		`{"loss": "1%", "loss": "2%"}`:      `"loss" is there twice`,
		`{"los": "10%"}`:                    `"los" is not a condition`,
		`{"loss": "ten"}`:                   `loss: "ten" is not a share`,
		`{"loss": null}`:                    "loss: null is neither",
		`{"loss": 1}`:                       `loss: "1" is 1% or 100%?`,
		`{"loss": true}`:                    "loss: true is neither",
		`{"delay": 10}`:                     `delay: "10" is not a time`,
		`{"drop": [3]}`:                     `drop: "3" is not a packet to drop`,
		`{"client": 5}`:                     "client: not a JSON object",
		`{"client": {"preset": "dsl"}}`:     `client: "preset" is not a condition`,
		`{"server": {"drop": [0]}}`:         `server: drop: "0" is not the number`,
		`{"server": {"client": {}}}`:        `server: "client" is not a condition`,
		`{"preset": "moon"}`:                `"moon" is not a preset`,
		`{"loss": }`:                        `"loss"`,
		strings.Repeat(" ", maxFile) + `{}`: "more than 65536 bytes",
	} {
		_, err := ReadConditions(strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), "read conditions: "+want) {
			t.Errorf("%.40q: error is %v, want %q", text, err, want)
		}
	}
	if _, err := ReadConditions(iotest.ErrReader(iotest.ErrTimeout)); err == nil {
		t.Error("a reader that fails: no error")
	}
}

func FuzzReadConditions(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"loss":"10%","delay":"10ms","client":{"drop":[3]},"server":{"loss":0.2}}`,
		`{"preset":"dsl","limit":64}`, `{"loss":null}`, `{"loss":{}}`, `[`, `{"burst":"5%/4","exact":"3/10"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ReadConditions(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, name := range o.Names() {
			if _, err := Named(name); err != nil {
				t.Fatalf("%q: read, but %v", text, err)
			}
		}
		client, server := o.Apply(Conditions{Delay: ms, Rate: 1e6}, Conditions{Delay: ms, Rate: 1e6})
		for _, c := range []Conditions{client, server} {
			if err := c.Validate(); err != nil && !strings.HasPrefix(err.Error(), "reorder without delay") {
				t.Fatalf("%q: read, but %v", text, err)
			}
		}
	})
}
