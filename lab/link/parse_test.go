package link

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// parsed runs a parser over texts and their values; a nil value is an error,
// which has to quote the text and to say what to write instead.
func parsed[T any](
	t *testing.T, what string, parse func(string) (T, error), equal func(a, b T) bool, want map[string]*T,
) {
	t.Helper()
	for text, value := range want {
		got, err := parse(text)
		switch {
		case value == nil && err == nil:
			t.Errorf("%s %q: read as %v, want an error", what, text, got)
		case value == nil && !strings.Contains(err.Error(), what):
			t.Errorf("%s %q: the error does not say %q: %v", what, text, what, err)
		case value != nil && (err != nil || !equal(got, *value)):
			t.Errorf("%s %q: read as %v, %v, want %v", what, text, got, err, *value)
		}
	}
}

func same[T comparable](a, b T) bool { return a == b }

func TestParse(t *testing.T) {
	parsed(t, "share", parseShare, same, map[string]*float64{
		"10%": new(0.1), "0.1": new(0.1), "0": new(0.0), "0%": new(0.0), "1%": new(0.01),
		"100%": new(1.0), " 2.5 % ": new(0.025),
		"": nil, "%": nil, "10": nil, "-1%": nil, "101%": nil, "nan": nil, "inf": nil, "ten": nil, "10%%": nil,
	})
	parsed(t, "rate", parseRate, same, map[string]*float64{
		"10mbit": new(10e6), "1.5gbit": new(1.5e9), "500kbit": new(500e3), "9600bit": new(9600.0), "10 Mbit": new(10e6),
		"": nil, "bit": nil, "10": nil, "10mb": nil, "-1mbit": nil, "0mbit": nil, "999bit": nil,
		"1001gbit": nil, "nanmbit": nil, "infbit": nil,
	})
	parsed(t, "time", parseDuration, same, map[string]*time.Duration{
		"10ms": new(10 * ms), "1.5s": new(1500 * ms), "0": new(time.Duration(0)), "10s": new(10 * time.Second),
		"": nil, "10": nil, "-1ms": nil, "11s": nil, "10 ms": nil,
	})
	parsed(t, "burst", parseBurst, same, map[string]*Burst{
		"5%/4": {0.05, 4}, "0.5/1": {0.5, 1}, "0/4": {},
		"": nil, "5%": nil, "5%/": nil, "/4": nil, "5%/0.5": nil, "100%/4": nil, "90%/1": nil,
		"5%/inf": nil, "5%/nan": nil, "5%/4/2": nil,
	})
	parsed(t, "exact", parseExact, same, map[string]*Exact{
		"3/10": {3, 10}, "0/1": {0, 1}, "10/10": {10, 10},
		"": nil, "3": nil, "11/10": nil, "-1/10": nil, "0/0": nil, "1/100001": nil, "1.5/10": nil,
	})
	parsed(t, "number", parseLimit, same, map[string]*int{
		"64": new(64), "100000": new(100000),
		"": nil, "0": nil, "-1": nil, "100001": nil, "64 packets": nil,
	})
	parsed(t, "number", parseNumbers, slices.Equal, map[string]*[]int{
		"7, 3,7": {3, 7},
		"":       nil, "0": nil, "3,": nil, "client:3": nil,
	})
}

// TestParseAsksWhatOneIs: a bare 1 is one percent to some and all to others.
func TestParseAsksWhatOneIs(t *testing.T) {
	for _, text := range []string{"1", "1.0", " 1 ", "1e0", "+1"} {
		want := strconv.Quote(text) + " is 1% or 100%? write 1% or 100%"
		if p, err := parseShare(text); err == nil || err.Error() != want {
			t.Errorf("%q: read as %v, %v; want %s", text, p, err, want)
		}
	}
	const burst = `"1" is 1% or 100%? write 1% or 100%`
	if b, err := parseBurst("1/4"); err == nil || err.Error() != burst {
		t.Errorf("a burst of 1: read as %v, %v; want %s", b, err, burst)
	}
	for share := range 101 {
		p := float64(share) / 100
		if text := formatShare(p); text != "" {
			if got, err := parseShare(text); err != nil || got != p {
				t.Errorf("%v, written as %s, is read as %v, %v", p, text, got, err)
			}
		}
	}
}

func TestParseDrops(t *testing.T) {
	client, server, err := parseDrops("server:1, client:7,client:3,client:7")
	if err != nil || !slices.Equal(client, []int{3, 7}) || !slices.Equal(server, []int{1}) {
		t.Errorf("read as %v, %v, %v, want [3 7] and [1]", client, server, err)
	}
	for _, text := range []string{
		"", "3", "client", "client:", "client:0", "client:-1", "peer:1", "client:1,", "client:1:2",
	} {
		if _, _, err := parseDrops(text); err == nil || !strings.Contains(err.Error(), "write client:3 or server:1") {
			t.Errorf("%q: error is %v, want one that says what to write", text, err)
		}
	}
}

func TestValidateNamesTheCondition(t *testing.T) {
	for want, c := range map[string]Conditions{
		"loss 1.5: not a share from 0 to 1":        {Loss: 1.5},
		"duplicate -1: not a share":                {Duplicate: -1},
		"corrupt 2: not a share":                   {Corrupt: 2},
		"reorder 2: not a share":                   {Reorder: 2, Delay: ms},
		"delay -1ms: not from 0 to 10s":            {Delay: -ms},
		"jitter 11s: not from 0 to 10s":            {Jitter: 11 * time.Second},
		"burst loss 2: not a share":                {Burst: Burst{Loss: 2, Length: 4}},
		"burst length 0: not from 1":               {Burst: Burst{Loss: 0.1}},
		"burst 90%/1: bursts of 1 packets cannot":  {Burst: Burst{Loss: 0.9, Length: 1}},
		"exact 3/0: not a part":                    {Exact: Exact{Drop: 3}},
		"drop 0: packets are numbered from 1":      {Drop: []int{1, 0}},
		"rate 10 bit/s: not from 1kbit to 1000gbi": {Rate: 10},
		"limit -1: not from 1":                     {Limit: -1, Rate: 1e6},
		"limit without rate":                       {Limit: 10},
		"reorder without delay":                    {Reorder: 0.1},
	} {
		if err := c.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Validate() = %v, want %q", err, want)
		}
	}
	if err := (Conditions{}).Validate(); err != nil {
		t.Errorf("no conditions: %v", err)
	}
}

func TestWords(t *testing.T) {
	all := Conditions{
		Loss: 0.1, Burst: Burst{0.05, 4}, Exact: Exact{3, 10}, Drop: []int{3, 7}, Delay: 10 * ms, Jitter: ms,
		Reorder: 0.25, Duplicate: 0.02, Corrupt: 0.005, Rate: 10e6, Limit: 64,
	}
	const text = "loss 10%, burst 5%/4, exact 3/10, drop 3,7, delay 10ms, jitter 1ms, " +
		"reorder 25%, duplicate 2%, corrupt 0.5%, rate 10mbit, limit 64"
	if got := all.String(); got != text {
		t.Errorf("String() = %q, want %q", got, text)
	}
	if got := (Conditions{}).String(); got != "none" {
		t.Errorf("String() of no conditions = %q, want %q", got, "none")
	}
	w := all.Words()
	if len(w) != 11 || w["loss"] != 0.1 || w["delay_ms"] != 10.0 || w["burst"] != "5%/4" || w["limit"] != 64.0 {
		t.Errorf("Words() = %v", w)
	}
	if got := (Conditions{}).Words(); got != nil {
		t.Errorf("Words() of no conditions = %v, want nil", got)
	}
}

// fuzz holds a parser to this: what it reads is valid, and reads the same
// again when written as a user would write it.
func fuzz(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	w, err := Named(name)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := Conditions{Delay: ms, Rate: 1e6} // what reorder and limit need
		if w.parse(text, &c) != nil {
			return
		}
		if c.Delay == 0 {
			c.Delay = ms
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("%s %q was read, but: %v", name, text, err)
		}
		written := w.format(c)
		if written == "" {
			return
		}
		again := c
		if err := w.parse(written, &again); err != nil {
			t.Fatalf("%s %q, written as %q, cannot be read: %v", name, text, written, err)
		}
		if twice := w.format(again); twice != written {
			t.Fatalf("%s %q, written as %q, is then written as %q", name, text, written, twice)
		}
	})
}

func FuzzParsePercent(f *testing.F) { fuzz(f, "loss", "10%", "0.1", "1e-3", "100%", "nan", "%") }
func FuzzParseRate(f *testing.F)    { fuzz(f, "rate", "10mbit", "1.5gbit", "500kbit", "9600bit", "1e3") }
func FuzzParseDelay(f *testing.F)   { fuzz(f, "delay", "10ms", "1.5s", "0", "-1ms", "1h") }
func FuzzParseBurst(f *testing.F)   { fuzz(f, "burst", "5%/4", "0.5/1", "90%/1", "0/2", "5%/") }
func FuzzParseExact(f *testing.F)   { fuzz(f, "exact", "3/10", "0/1", "10/10", "11/10") }
func FuzzParseLimit(f *testing.F)   { fuzz(f, "limit", "64", "100000", "0") }
func FuzzParseNumbers(f *testing.F) { fuzz(f, "drop", "3,7", "1", "7, 3", "0") }

func FuzzParseDrops(f *testing.F) {
	for _, s := range []string{"client:3,server:1", "client:1", "server:0", "", ","} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		client, server, err := parseDrops(text)
		if err != nil {
			return
		}
		for _, numbers := range [][]int{client, server} {
			if err := (Conditions{Drop: numbers}).Validate(); err != nil || !slices.IsSorted(numbers) {
				t.Fatalf("%q: read as %v: %v", text, numbers, err)
			}
		}
		if len(client)+len(server) == 0 {
			t.Fatalf("%q: read as no packets", text)
		}
	})
}
