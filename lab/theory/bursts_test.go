package theory

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestEchoedByChance: without bursts the distribution is the binomial one.
func TestEchoedByChance(t *testing.T) {
	d, want := Echoed(ByChance(0.2), ByChance(0.1), 50), distuv.Binomial{N: 50, P: 0.8 * 0.9}
	for i, p := range d.Chances {
		near(t, "a chance", p, want.Prob(float64(d.First+i)), 1e-12)
	}
	near(t, "all of it", sum(d.Chances), 1, 1e-12)
}

// TestEchoedInBursts holds the distribution against examples that can be reckoned
// by hand, and against the variance of a chain of two states.
func TestEchoedInBursts(t *testing.T) {
	// Half is lost, two in a row on average: a state stays with 1/2, so each
	// packet is for itself.
	near(t, "two messages, both", chanceOf(Echoed(Bursts(0.5, 2), ByChance(0), 2), 2), 0.25, 1e-12)
	// Half is lost, four in a row on average: a state stays with 3/4.
	near(t, "both of two, long bursts", chanceOf(Echoed(Bursts(0.5, 4), ByChance(0), 2), 2), 0.5*0.75, 1e-12)
	near(t, "one of two, long bursts", chanceOf(Echoed(Bursts(0.5, 4), ByChance(0), 2), 1), 2*0.5*0.25, 1e-12)
	// What is lost on the way there does not move the channel back.
	near(t, "both of two, bursts back", chanceOf(Echoed(ByChance(0.5), Bursts(0.5, 4), 2), 2), 0.25*0.5*0.75, 1e-12)

	const n, p, length = 4000, 0.1, 5.0
	d := Echoed(Bursts(p, length), ByChance(0), n)
	near(t, "the mean", d.Mean(), n*(1-p), 1e-6)
	variance := 0.0
	for i, chance := range d.Chances {
		variance += chance * math.Pow(float64(d.First+i)-d.Mean(), 2)
	}
	g := Bursts(p, length)
	stay := 1 - g.Enter - g.Leave // the correlation of one packet with the next
	near(t, "the variance", variance, n*p*(1-p)*(1+stay)/(1-stay), 0.01*variance)
	near(t, "nothing is lost", chanceOf(Echoed(ByChance(0), ByChance(0), 9), 9), 1, 0)
	near(t, "all is lost", chanceOf(Echoed(ByChance(1), ByChance(0), 9), 0), 1, 0)
}

func chanceOf(d Distribution, n int) float64 { return d.Chances[n-d.First] }

func sum(all []float64) (total float64) {
	for _, p := range all {
		total += p
	}
	return total
}
