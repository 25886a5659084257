package report

import (
	"math"
	"strconv"
	"strings"

	"echolab/lab/text"
)

// unknown stands where there is no number to print.
const unknown = "–"

// Number rounds a value for people: three significant digits, whole numbers
// and everything from 1,000 on in full with thousands separators, round trips
// to a hundredth. What is not zero never prints as zero, and what is not
// quite 100 % never as 100.
func Number(v float64, unit text.Phrase) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return unknown
	case v < 0 && v > -0.001:
		return ">-0.001"
	case v < 0:
		return "-" + Number(-v, unit)
	case v == math.Trunc(v), v >= 1000:
		return thousands(math.Round(v))
	case unit == "RTT":
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 0.001:
		return "<0.001"
	case unit == "%" && v < 100 && v >= 99.95:
		return strconv.FormatFloat(math.Floor(v*1000)/1000, 'f', -1, 64)
	}
	return significant(v)
}

// significant rounds a number between 0.001 and 1,000 to three significant
// digits, of which at most three stand behind the point.
func significant(v float64) string {
	scale := math.Pow10(min(max(2-int(math.Floor(math.Log10(v))), 0), 3))
	v = math.Round(v*scale) / scale
	if v == math.Trunc(v) {
		return thousands(v) // 999.7 became 1,000
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// thousands writes a whole number with a comma between groups of three digits.
func thousands(v float64) string {
	digits := strconv.FormatFloat(v, 'f', 0, 64)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Interval writes the range that theory allows: "76.9–85.1", one number where
// it allows only that, "≥ 20" where it is open.
func Interval(low, high float64, unit text.Phrase) string {
	l, h := Number(low, unit), Number(high, unit)
	switch {
	case l == h:
		return l
	case h == unknown:
		return "≥ " + l
	case l == unknown:
		return "≤ " + h
	}
	return l + "–" + h
}
