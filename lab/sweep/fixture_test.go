package sweep

import (
	"context"
	"math"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// planOf is a plan with these axes.
func planOf(t *testing.T, seeds int, axes ...string) Plan {
	t.Helper()
	p := Plan{
		Schema: SchemaName, Lab: "(devel)", Experiment: "loss", Network: "simulated", Seeds: seeds,
		Options:    result.Options{Seed: 7, Messages: 100, Size: 512, Transports: []string{"tcp", "udp"}},
		Conditions: map[string]any{"delay_ms": 10.0},
		Command:    "lab sweep loss", Again: "lab compare loss --network simulated --messages 100",
	}
	for _, asked := range axes {
		a, err := ParseAxis(asked)
		if err != nil {
			t.Fatal(err)
		}
		p.Axes = append(p.Axes, a)
	}
	return p
}

// measure is an experiment that takes no time: what UDP delivers follows from the
// first axis and the seed, and theory allows three percent more or less.
func measure(_ context.Context, j Job) (*result.Result, error) {
	p := 0.0
	if n := j.At[0].Number; n != nil {
		p = *n / 100
	}
	want := 100 * (1 - p) * (1 - p)
	delivered := result.Row("delivered", "Delivered", "%")
	delivered.Headline, delivered.Basis = true, text.Say("(1-p)^2, binomial 99.9 %")
	delivered.Put("tcp", result.Number(100.0).ExpectExactly(100))
	delivered.Put("udp", result.Number(want+float64(j.Seed%9)-4).Expect(want, want-3, want+3))
	again := result.Row("retransmissions", "Retransmissions", "packets")
	again.Headline = true
	again.Put("tcp", result.Number(math.Round(1000*p)+float64(j.Seed%5)))
	if p >= 0.3 {
		again.CutShort("tcp", text.Sayf("stopped after %s s, %d messages under way", "60", 5))
	}
	told := result.Row("told", "Sender told of a loss", "count")
	told.Put("udp", result.Outcome("no reply"))
	if p == 0 { // there the experiment has another order
		return &result.Result{Measurements: []result.Measurement{*told, *delivered, *again}}, nil
	}
	return &result.Result{Measurements: []result.Measurement{*delivered, *again, *told}}, nil
}

// made is a sweep with all its runs.
func made(t *testing.T, p Plan) *Sweep {
	t.Helper()
	s := &Sweep{Plan: p}
	if err := (Runner{Measure: measure}).Run(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

var prose = experiments.Prose{
	Title: text.Say("Reliable data transfer"), Question: text.Quote("What becomes of <b>messages</b>?"),
	Method: text.Quote("method"), Why: text.Quote("why"), Theory: []text.Message{text.Quote("theory")},
	References: []string{"RFC 768"},
}
