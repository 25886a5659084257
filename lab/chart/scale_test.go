package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"echolab/lab/text"
)

func TestAxes(t *testing.T) {
	for _, tc := range []struct {
		name   string
		scale  Scale
		values []float64
		want   string // labels of the ticks
	}{
		{"percent", Scale{Zero: true}, []float64{0, 97.5}, "0 20 40 60 80 100"},
		{"from zero", Scale{Zero: true}, []float64{25, 30}, "0 5 10 15 20 25 30"},
		{"not from zero", Scale{}, []float64{25, 30}, "25 26 27 28 29 30"},
		{"below zero", Scale{Zero: true}, []float64{-3, 2}, "-3 -2 -1 0 1 2"},
		{"all below", Scale{Zero: true}, []float64{-30, -25}, "-30 -25 -20 -15 -10 -5 0"},
		{"fractions", Scale{Zero: true}, []float64{0.3}, "0.00 0.05 0.10 0.15 0.20 0.25 0.30"},
		{"millions", Scale{Zero: true}, []float64{5.5e6}, "0 1e+06 2e+06 3e+06 4e+06 5e+06 6e+06"},
		{"one value", Scale{}, []float64{8, 8}, "4 6 8 10 12"},
		{"only 0", Scale{}, []float64{0}, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"nothing", Scale{Zero: true}, nil, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"log", Scale{Log: true}, []float64{0.1, 3}, "0.1 0.2 0.5 1 2 5"},
		{"log of decades", Scale{Log: true}, []float64{0.3, 4000}, "0.1 1 10 100 1000 10000"},
		{"log of one value", Scale{Log: true}, []float64{10}, "5 10 20"},
		{"log of nothing", Scale{Log: true}, nil, "1 2 5 10"},
		{"words", Scale{Words: []string{"a", "b"}}, []float64{1}, "a b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, tick := range tc.scale.axis(tc.values).Ticks {
				got = append(got, tick.Label)
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("ticks %v, want %s", got, tc.want)
			}
		})
	}
}

// TestEveryValueHasItsPlace: whatever the values, they lie between the ends of their
// axis, in their order, and so do a handful of ticks with different labels.
func TestEveryValueHasItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Scale{Log: rapid.Bool().Draw(t, "log"), Zero: rapid.Bool().Draw(t, "zero")}
		unit := math.Pow10(rapid.IntRange(-90, 90).Draw(t, "unit"))
		values := rapid.SliceOf(rapid.Float64Range(-1e3, 1e3)).Draw(t, "values")
		for i := range values {
			values[i] *= unit
			if s.Log {
				values[i] = math.Abs(values[i]) + unit
			}
		}
		a := s.axis(values)
		if len(a.Ticks) < 2 || len(a.Ticks) > 13 {
			t.Fatalf("%d ticks", len(a.Ticks))
		}
		seen := map[string]bool{}
		for _, tick := range a.Ticks {
			values = append(values, tick.Value)
			seen[tick.Label] = true
		}
		if len(seen) != len(a.Ticks) {
			t.Fatalf("ticks %v have a label twice", a.Ticks)
		}
		for _, v := range values {
			if p := a.Place(v); math.IsNaN(p) || p < -1e-6 || p > 1+1e-6 {
				t.Fatalf("%g is at %g of the axis from %g to %g", v, p, a.Low, a.High)
			}
		}
	})
}

func TestScaleFor(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		values []float64
		words  text.Printer
		want   string
	}{
		{nil, text.Printer{}, "ms zero"},
		{[]float64{3, 4}, text.Printer{}, "ms zero"},
		{[]float64{1, 49.9}, text.Printer{}, "ms zero"},
		{[]float64{1, 50}, text.Printer{}, "ms, log scale log"},
		{[]float64{0, 1, 50}, text.Printer{}, "ms zero"},
		{[]float64{-11, 50}, text.Printer{}, "ms, from -20"},
		{[]float64{1, 50}, korean, "ms, 로그 눈금 log"},
		{[]float64{-11, 50}, korean, "ms, -20부터"},
	} {
		s := ScaleFor(tc.words, "ms", tc.values)
		got := s.Label
		if s.Log {
			got += " log"
		}
		if s.Zero {
			got += " zero"
		}
		if got != tc.want {
			t.Errorf("ScaleFor(%v) = %s, want %s", tc.values, got, tc.want)
		}
	}
}

func ExampleScaleFor() {
	fmt.Println(ScaleFor(text.Printer{}, "Rate (Mbit/s)", []float64{0.5, 80}).Label)
	// Output: Rate (Mbit/s), log scale
}
