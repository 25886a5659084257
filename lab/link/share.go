package link

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// shares are the values of conditions that strike packets by chance.
var shares = kind[float64]{
	value: "SHARE", parse: parseShare, format: formatShare, check: checkShare, scale: 100, unit: "%",
}

// parseShare reads a share: "10%" or "0.1". A bare 1 may mean either, and the
// difference is everything: it asks.
func parseShare(s string) (float64, error) {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(s), "%")
	p, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case isPercent:
		p /= 100
	case err == nil && p == 1:
		return 0, fmt.Errorf("%q is %w", s, errOneOfWhat)
	}
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%q is not a share: write 10%% or 0.1", s)
	}
	return p, nil
}

// errOneOfWhat asks what a bare 1 means.
var errOneOfWhat = errors.New("1% or 100%? write 1% or 100%")

func formatShare(p float64) string { return strconv.FormatFloat(100*p, 'g', 6, 64) + "%" }

func checkShare(p float64) error {
	if !(p >= 0 && p <= 1) {
		return fmt.Errorf("%v: not a share from 0 to 1", p)
	}
	return nil
}

// byChance is the law of a condition that strikes that share of the packets, each for itself.
func byChance(share func(Conditions) float64, strike func(f *fated)) func(Conditions, *rand.Rand) fating {
	return func(c Conditions, chance *rand.Rand) fating {
		p := share(c)
		return func(f *fated, _ int) {
			if chance.Float64() < p {
				strike(f)
			}
		}
	}
}
