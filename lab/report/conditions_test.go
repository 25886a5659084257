package report

import (
	"strings"
	"testing"
	"time"

	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// TestConditions prints what the wire says of itself.
func TestConditions(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	all := link.Conditions{
		Loss: 0.1, Burst: link.Burst{Loss: 0.05, Length: 4}, Exact: link.Exact{Drop: 3, Of: 10}, Drop: []int{3, 8},
		Delay: 10 * time.Millisecond, Jitter: 1500 * time.Microsecond, Reorder: 0.25, Duplicate: 0.005, Corrupt: 1,
		Rate: 2.5e6, Limit: 64,
	}
	for _, tc := range []struct {
		o    wire.Options
		p    text.Printer
		want string
	}{
		{wire.Options{}, text.Printer{}, ""},
		{wire.Options{Client: all, Server: all}, text.Printer{},
			"loss 10 %, burst loss 5%/4, exact loss 3/10, drop packet no. 3, 8, delay 10 ms, jitter 1.5 ms, reorder 25 %, " +
				"duplicate 0.5 %, corrupt 100 %, rate 2.5 Mbit/s, limit 64 packets"},
		{wire.Options{
			Client: link.Conditions{Delay: time.Second, Drop: []int{20}}, Server: link.Conditions{Delay: time.Second},
		}, text.Printer{},
			"delay 1,000 ms, from the client: drop packet no. 20"},
		{wire.Options{Server: link.Conditions{Loss: 0.01}}, korean, "서버에서: 손실 1 %"},
	} {
		if got := strings.Join(conditions(tc.p, tc.o.Words()), ", "); got != tc.want {
			t.Errorf("conditions %+v read\n%q, want\n%q", tc.o, got, tc.want)
		}
	}
	parts := conditions(text.Printer{}, map[string]any{"later": "x", "loss": 1})
	if got := strings.Join(parts, ", "); got != "loss 100 %, later x" {
		t.Errorf("an unknown condition reads %q", got)
	}
}
