package sweep

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/report/reporttest"
	"echolab/lab/result"
)

func written(t *testing.T, s *Sweep) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFile: what was read is written again byte by byte, and prints alike in every
// language.
func TestFile(t *testing.T) {
	for _, axes := range [][]string{
		{"loss=0%:30%:10%"}, {"loss=0%:30%:10%", "delay=1ms,2ms"}, {"transport=tcp,udp"},
		{"congestion=reno,cubic", "loss=1%,2%"},
	} {
		s := made(t, planOf(t, 3, axes...))
		want := written(t, s)
		if err := reporttest.CheckSweep([]byte(want)); err != nil {
			t.Errorf("%v: %v", axes, err)
		}
		back, err := Read(strings.NewReader(want))
		if err != nil {
			t.Fatalf("%v: %v", axes, err)
		}
		if diff := cmp.Diff(want, written(t, back)); diff != "" {
			t.Errorf("%v (-written +read and written):\n%s", axes, diff)
		}
		for _, lang := range []string{"en", "ko"} {
			if diff := cmp.Diff(printed(t, s, lang), printed(t, back, lang)); diff != "" {
				t.Errorf("%v in %s (-made +read):\n%s", axes, lang, diff)
			}
		}
	}
}

// TestMerge: shares, put together in any order, are the whole.
func TestMerge(t *testing.T) {
	p := planOf(t, 4, "loss=0%:30%:10%", "delay=1ms,2ms")
	want := written(t, made(t, p))
	var shares []*Sweep
	for i := 1; i <= 3; i++ {
		s := &Sweep{Plan: p}
		if err := (Runner{Measure: measure, Share: Share{i, 3}}).Run(context.Background(), s); err != nil {
			t.Fatal(err)
		}
		shares = append(shares, s)
	}
	for range 6 {
		whole := &Sweep{Plan: p}
		for _, i := range rand.Perm(3) {
			one, err := Read(strings.NewReader(written(t, shares[i])))
			if err == nil {
				err = whole.Merge(one)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, written(t, whole)); diff != "" {
			t.Errorf("shares together (-whole +merged):\n%s", diff)
		}
	}
	if err := shares[0].Merge(shares[0]); err != nil {
		t.Errorf("the same share twice: %v", err)
	}
}

// TestMergeRefuses what is of another sweep, and says in what.
func TestMergeRefuses(t *testing.T) {
	p := planOf(t, 2, "loss=0%,10%")
	for want, change := range map[string]func(*Plan){
		"version":      func(p *Plan) { p.Lab = "v2" },
		"experiment":   func(p *Plan) { p.Experiment = "ordering" },
		"network":      func(p *Plan) { p.Network = "virtual" },
		"seed: 8":      func(p *Plan) { p.Options.Seed = 8 },
		"repetitions":  func(p *Plan) { p.Seeds = 3 },
		"axes":         func(p *Plan) { p.Axes = planOf(t, 1, "loss=0%,20%").Axes },
		"conditions":   func(p *Plan) { p.Conditions = map[string]any{"delay_ms": 20.0} },
		"options":      func(p *Plan) { p.Options.Messages = 1 },
		"measurements": func(p *Plan) { p.Measure = []string{"delivered"} },
		"machine":      func(p *Plan) { p.Machine = &Machine{OS: "linux"} },
	} {
		q := p
		change(&q)
		if err := made(t, p).Merge(made(t, q)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("another %s: %v", want, err)
		}
	}
	other := made(t, p)
	other.Runs[1].Figures[0].Cells["udp"] = Cell{}
	if err := made(t, p).Merge(other); err == nil || !strings.Contains(err.Error(), "something else") {
		t.Errorf("another figure: %v", err)
	}
}

// TestReadRefuses what is no sweep, or was changed.
func TestReadRefuses(t *testing.T) {
	file := written(t, made(t, planOf(t, 2, "loss=0%,10%")))
	for name, changed := range map[string]string{
		"nothing":         "",
		"a report":        strings.Replace(file, SchemaName, "lab.report/1", 1),
		"cut":             file[:len(file)/2],
		"another seed":    strings.Replace(file, `"seed": 7`, `"seed": 8`, 1),
		"no axis":         strings.Replace(file, `"axes": [`, `"axes": [], "x": [`, 1),
		"no values":       strings.Replace(file, `"values": [`, `"values": [], "x": [`, 1),
		"a point outside": strings.Replace(file, `"point":1`, `"point":9`, 1),
		"half a number":   strings.Replace(file, `"number": 0`, `"other": 0`, 1),
		"endless":         strings.Replace(file, `"seeds": 2`, `"seeds": 2000000000`, 1),
	} {
		if changed == file {
			t.Errorf("%s: nothing was changed", name)
		}
		if _, err := Read(strings.NewReader(changed)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// TestFileWithoutInfinities: JSON knows none.
func TestFileWithoutInfinities(t *testing.T) {
	s := &Sweep{Plan: planOf(t, 1, "loss=0%,10%")}
	r := Runner{Measure: func(context.Context, Job) (*result.Result, error) {
		m := result.Row("m", "Delivered", "%")
		m.Put("tcp", result.Number(5.0).Expect(5, 4, math.Inf(1)))
		m.Put("udp", result.Number(math.NaN()).Expect(5, math.Inf(-1), 6))
		return &result.Result{Measurements: []result.Measurement{*m}}, nil
	}}
	if err := r.Run(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	back, err := Read(strings.NewReader(written(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	m := back.Points()[0].Find("m")
	if !m.Within["tcp"] || m.Within["udp"] || !math.IsInf(m.High["tcp"], 1) || !math.IsInf(m.Low["udp"], -1) {
		t.Errorf("read back as %+v", m)
	}
}
