package sweep

import (
	"strings"
	"testing"
)

func TestParseAxis(t *testing.T) {
	for asked, want := range map[string]string{
		"loss=0%:30%:10%":              "loss: 0% 10% 20% 30%",
		"loss=0%:25%:10%":              "loss: 0% 10% 20%",
		"loss=0.1%:0.3%:0.1%":          "loss: 0.1% 0.2% 0.3%",
		"loss=0.1%:3%":                 "loss: 0.1% 0.2% 0.5% 1% 2% 3%",
		"loss=10%:20%":                 "loss: 10% 11% 12% 13% 14% 15% 16% 17% 18% 19% 20%",
		"loss=20%,0.05":                "loss: 5% 20%",
		"delay=1ms:200ms":              "delay: 1ms 2ms 5ms 10ms 20ms 50ms 100ms 200ms",
		"delay=50ms,1s":                "delay: 50ms 1000ms",
		"rate=500kbit, 10mbit":         "rate: 0.5mbit 10mbit",
		"limit=3:5":                    "limit: 3 4 5",
		"size=100:1000:300":            "size: 100 400 700 1000",
		"messages=5:5":                 "messages: 5",
		"congestion=reno,cubic":        "congestion: reno cubic",
		"transport=udp,tcp":            "transport: udp tcp",
		"preset=wifi,lan":              "preset: wifi lan",
		"burst=5%/4,10%/4":             "burst: 5%/4 10%/4",
		"size=1400:1500:50":            "size: 1400 1450 1500",
		" delay = 1.5ms:2.5ms:0.25ms ": "delay: 1.5ms 1.75ms 2ms 2.25ms 2.5ms",
	} {
		a, err := ParseAxis(asked)
		if err != nil {
			t.Errorf("%s: %v", asked, err)
			continue
		}
		got := a.Name + ":"
		for i, v := range a.Values {
			got += " " + v.Text
			if a.IsNumber() && i > 0 && *v.Number <= *a.Values[i-1].Number {
				t.Errorf("%s: %s does not come after %s", asked, v.Text, a.Values[i-1].Text)
			}
		}
		if got != want {
			t.Errorf("%s is %s, want %s", asked, got, want)
		}
	}
}

func TestParseAxisRefuses(t *testing.T) {
	for asked, want := range map[string]string{
		"":                          "not NAME=FROM",
		"loss":                      "not NAME=FROM",
		"loss=":                     "not NAME=FROM",
		"loss=1%:2%:3%:4%":          "not NAME=FROM",
		"loss=0%:30%:0%":            "never ends",
		"loss=0%:30%:0":             "never ends",
		"delay=1ms:2ms:0s":          "never ends",
		"loss=0%:30%:-1%":           "not a share",
		"loss=30%:0%:1%":            "before it begins",
		"loss=0%:100%:0.1%":         "more than 500",
		"size=16:60000:1":           "more than 500",
		"messages=1:5:0":            "never ends",
		"messages=1:5:-1":           "never ends",
		"messages=1:5:x":            "whole number",
		"messages=1.5":              "whole number",
		"size=15":                   "from 16",
		"size=65508":                "to 65507",
		"loss=1%,1%":                "twice",
		"loss=1%,0.01":              "twice",
		"loss=1%,":                  "not a share",
		"rate=0mbit:5mbit":          "not a rate",
		"drop=client:1":             "not an axis",
		"colour=red":                "they are loss,",
		"congestion=reno,,cubic":    "not NAME=FROM",
		"messages=9999999999999999": "whole number",
	} {
		if a, err := ParseAxis(asked); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want an error with %q", asked, a, err, want)
		}
	}
}
