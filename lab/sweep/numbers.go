package sweep

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// manyTimes is how many times its beginning the end of a range without a step is, at
// least, so that its values stand in ratios.
const manyTimes = 10

// equalSteps are those of a range without a step otherwise.
const equalSteps = 10

// stepped are the numbers from one to another in steps.
func stepped(from, to, step float64) ([]float64, error) {
	if !(step > 0) {
		return nil, errNever
	}
	if (to-from)/step > mostValues {
		return nil, errTooMany
	}
	var all []float64
	for i := range mostValues + 1 {
		n := rounded(from + float64(i)*step)
		if n > to*(1+1e-9) {
			break
		}
		all = append(all, n)
	}
	if len(all) > mostValues {
		return nil, errTooMany
	}
	return all, nil
}

// spread are numbers from one to another, as dense as a curve needs them: both ends,
// and between them 1, 2 and 5 of each power of ten, or equal steps.
func spread(from, to float64, whole bool) []float64 {
	var all []float64
	if from > 0 && to >= manyTimes*from {
		all = append(all, from)
		for power := math.Pow(10, math.Floor(math.Log10(from))); power <= to; power *= 10 {
			for _, digit := range []float64{1, 2, 5} {
				if n := rounded(digit * power); n > from && n < to {
					all = append(all, n)
				}
			}
		}
		return append(all, to)
	}
	for i := range equalSteps + 1 {
		n := rounded(from + (to-from)*float64(i)/equalSteps)
		if whole {
			n = math.Round(n)
		}
		all = append(all, n)
	}
	return slices.Compact(all)
}

// rounded leaves out what the arithmetic of fractions adds.
func rounded(n float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 12, 64), 64) // it has just been written
	return r
}

// isZero reports whether a text is a zero, with or without a unit: "0", "0.0%", "-0ms".
func isZero(s string) bool {
	digits := strings.TrimRight(strings.TrimSpace(s), "%abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/")
	n, err := strconv.ParseFloat(digits, 64)
	return err == nil && n == 0
}
