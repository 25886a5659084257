package report

import (
	"math"
	"testing"

	"echolab/lab/text"
)

func TestNumber(t *testing.T) {
	for _, tc := range []struct {
		v    float64
		unit text.Phrase
		want string
	}{
		{0, "%", "0"},
		{100, "%", "100"},
		{80.7, "%", "80.7"},
		{99.9994, "%", "99.999"},
		{99.96, "%", "99.96"},
		{99.9999999, "%", "99.999"},
		{0.0004, "%", "<0.001"},
		{0.05, "%", "0.05"},
		{1.0123, "RTT", "1.01"},
		{0.0003, "RTT", "0.00"},
		{2, "RTT", "2"},
		{21.37, "µs", "21.4"},
		{0.1234, "ms", "0.123"},
		{9.996, "ms", "10"},
		{842.31, "ms", "842"},
		{1243.4, "ms", "1,243"},
		{999.7, "ms", "1,000"},
		{99.97, "ms", "100"},
		{2843.71, "Mbit/s", "2,844"},
		{694262, "1/s", "694,262"},
		{1234567, "bytes", "1,234,567"},
		{-12.34, "ms", "-12.3"},
		{-0.0001, "ms", ">-0.001"},
		{math.NaN(), "%", "–"},
		{math.Inf(1), "%", "–"},
		{math.Inf(-1), "", "–"},
	} {
		if got := Number(tc.v, tc.unit); got != tc.want {
			t.Errorf("number(%v, %q) = %q, want %q", tc.v, tc.unit, got, tc.want)
		}
	}
}

func TestInterval(t *testing.T) {
	for _, tc := range []struct {
		low, high float64
		want      string
	}{
		{76.9, 85.1, "76.9–85.1"},
		{1, 1, "1"},
		{0.9, 1, "0.9–1"},
		{20, math.Inf(1), "≥ 20"},
		{math.Inf(-1), 5, "≤ 5"},
		{-1, 1, "-1–1"},
	} {
		if got := Interval(tc.low, tc.high, "%"); got != tc.want {
			t.Errorf("interval(%v, %v) = %q, want %q", tc.low, tc.high, got, tc.want)
		}
	}
}
