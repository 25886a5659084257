package registry

import (
	"strings"
	"testing"

	"echolab/lab/result"
	"echolab/lab/text"
)

// finding is a result with rows of both transports.
func finding(id string, rows map[string][2]result.Value) *result.Result {
	r := &result.Result{ID: id}
	for row, v := range rows {
		m := result.Row(row, text.Phrase(row), "")
		m.Put("tcp", result.Measured(v[0]))
		m.Put("udp", result.Measured(v[1]))
		r.Measurements = append(r.Measurements, *m)
	}
	return r
}

func numbers(tcp, udp float64) [2]result.Value {
	return [2]result.Value{result.Num(tcp), result.Num(udp)}
}

// everything is a run that all lessons can quote.
func everything() result.Results {
	r := result.Results{}
	for id, rows := range map[string]map[string][2]result.Value{
		"setup":       {"connect_rtts": numbers(1.02, 0), "first_reply_rtts": numbers(2.04, 1.01)},
		"loss":        {"delivered": numbers(100, 79.8), "injected": numbers(310, 195), "rtt_p99": numbers(243, 20.4)},
		"ordering":    {"out_of_order": numbers(0, 19.4)},
		"duplication": {"duplicates": numbers(0, 441)},
		"flow":        {"sender_waited": numbers(842, 0), "delivered": numbers(100, 23.4)},
		"congestion":  {"queue_loss": numbers(1.31, 49.8)},
		"throughput":  {"goodput": numbers(19.1, 19.2), "transfer_10k": numbers(62, 25), "transfer_1m": numbers(480, 440)},
	} {
		r[id] = finding(id, rows)
	}
	return r
}

// TestConclusions: one sentence a lesson, with the figures that were measured.
func TestConclusions(t *testing.T) {
	want := []string{
		"TCP needed 1.02 round trips to connect and UDP 0.00; the first reply came after 2.04 and 1.01",
		"TCP delivered 100 % of the messages and UDP 79.8 %, with 310 and 195 packets dropped; " +
			"the slowest hundredth took 243 and 20.4 ms or more",
		"0 % of TCP's messages and 19.4 % of UDP's arrived out of order; 0 echoes over TCP and 441 over UDP came once more",
		"For a slow reader TCP waited 842 ms and UDP 0, and delivered 100 % and 23.4 %; " +
			"1.31 % of TCP's packets and 49.8 % of UDP's were dropped at the queue",
		"Goodput was 19.1 Mbit/s over TCP and 19.2 over UDP; 10 KB took 62 and 25 ms, 1 MB 480 and 440",
	}
	got := Conclusions(everything())
	if len(got) != len(want) {
		t.Fatalf("%d sentences, want %d: %v", len(got), len(want), got)
	}
	for i, s := range got {
		if s.String() != want[i] {
			t.Errorf("got  %s\nwant %s", s, want[i])
		}
	}
}

// TestConclusionsKeepQuiet: what was not measured, has a word in place of a
// number, or was cut off, is concluded from in no sentence.
func TestConclusionsKeepQuiet(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(result.Results)
		gone  string
		left  int
	}{
		"not run":       {func(r result.Results) { delete(r, "loss") }, "TCP delivered", 4},
		"only one part": {func(r result.Results) { delete(r, "ordering") }, "out of order", 5},
		"one transport": {func(r result.Results) { delete(r["setup"].Find("connect_rtts").Values, "udp") }, "to connect", 4},
		"a word": {func(r result.Results) {
			r["setup"].Find("first_reply_rtts").Put("udp", result.Outcome("no reply"))
		}, "to connect", 4},
		"cut off": {func(r result.Results) {
			r["loss"].Find("delivered").CutShort("tcp", text.Say("stopped"))
		}, "TCP delivered", 4},
		"no transfers": {func(r result.Results) { r["throughput"] = finding("throughput", nil) }, "Goodput", 4},
	} {
		t.Run(name, func(t *testing.T) {
			r := everything()
			tc.spoil(r)
			got := Conclusions(r)
			var all strings.Builder
			for _, s := range got {
				all.WriteString(s.String() + "\n")
			}
			if strings.Contains(all.String(), tc.gone) || len(got) != tc.left {
				t.Errorf("%d sentences, want %d without %q:\n%s", len(got), tc.left, tc.gone, &all)
			}
		})
	}
}
