package theory

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestEchoSurvival(t *testing.T) {
	near(t, "10 % both ways", EchoSurvival(0.1, 0.1, 1), 0.81, 1e-12)
	near(t, "two packets each way", EchoSurvival(0.1, 0.1, 2), 0.6561, 1e-12)
}

// TestEchoes holds the chances against examples that can be reckoned by hand.
func TestEchoes(t *testing.T) {
	for _, c := range []struct {
		name        string
		there, back Chances
		come        float64 // the chance that at least one does
		mean        float64 // of all that do
	}{
		{"nothing happens", Chances{}, Chances{}, 1, 1},
		{"loss alone", Chances{Lost: 0.1}, Chances{Lost: 0.1}, 0.81, 0.81},
		{"damage is loss", Chances{Damaged: 0.1}, Chances{Lost: 0.1}, 0.81, 0.81},
		{"copies alone", Chances{Copied: 0.5}, Chances{Copied: 0.5}, 1, 2.25},
		// a request that is not dropped, 0.8, has two answers, and each is dropped with 0.2
		{"loss, and all is copied", Chances{Lost: 0.2, Copied: 1}, Chances{Lost: 0.2, Copied: 1}, 0.8 * (1 - 0.2*0.2), 2 * 0.8 * 2 * 0.8},
		{"damage, and all is copied", Chances{Damaged: 0.2, Copied: 1}, Chances{Damaged: 0.2, Copied: 1}, 1, 1.8 * 1.8},
		{"all is lost", Chances{Lost: 1, Copied: 1}, Chances{}, 0, 0},
		{"all is damaged, and nothing copied", Chances{Damaged: 1}, Chances{}, 0, 0},
	} {
		echoes := Echoes(c.there, c.back)
		d := Distribution{Chances: echoes}
		near(t, c.name+": at least one", 1-echoes[0], c.come, 1e-12)
		near(t, c.name+": mean", d.Mean(), c.mean, 1e-12)
		near(t, c.name+": behind the first", Distribution{Chances: Beyond(echoes)}.Mean(), c.mean-c.come, 1e-12)
	}
}

// TestEchoesAreADistribution, whatever the chances, and copies only help.
func TestEchoesAreADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chance := rapid.Float64Range(0, 1)
		there := Chances{chance.Draw(t, "lost"), chance.Draw(t, "copied"), chance.Draw(t, "damaged")}
		back := Chances{chance.Draw(t, "lost back"), chance.Draw(t, "copied back"), chance.Draw(t, "damaged back")}
		sum, echoes := 0.0, Echoes(there, back)
		for _, p := range echoes {
			sum += p
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("the chances of %v, %v are %v together", there, back, sum)
		}
		bare, bareBack := there, back
		bare.Copied, bareBack.Copied = 0, 0
		if Echoes(bare, bareBack)[0] < echoes[0]-1e-12 {
			t.Fatalf("with copies fewer messages of %v, %v come back", there, back)
		}
	})
}

func TestNoHandshake(t *testing.T) {
	near(t, "half, six SYNs", NoHandshake(0.5, 0.5, 6), 0.178, 0.0005)
	near(t, "everything", NoHandshake(1, 0, 6), 1, 0)
	near(t, "nothing", NoHandshake(0, 0, 1), 0, 0)
}

func TestDealt(t *testing.T) {
	for _, c := range []struct{ drop, of, packets, least, most int }{
		{1, 10, 1000, 100, 100}, {3, 10, 25, 6, 9}, {3, 10, 29, 8, 9}, {9, 10, 5, 4, 5}, {0, 0, 100, 0, 0}, {10, 10, 7, 7, 7},
	} {
		if least, most := Dealt(c.drop, c.of, c.packets); least != c.least || most != c.most {
			t.Errorf("Dealt(%d, %d, %d) = %d to %d, want %d to %d", c.drop, c.of, c.packets, least, most, c.least, c.most)
		}
	}
}

// TestSumIsBinomial: of numbers that are 0 or 1 the sum has the binomial
// distribution, and the same interval.
func TestSumIsBinomial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, p := rapid.IntRange(1, 2000).Draw(t, "n"), rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		sum, d := Sum([]float64{1 - p, p}, n), distuv.Binomial{N: float64(n), P: p}
		for i, chance := range sum.Chances {
			if math.Abs(chance-d.Prob(float64(sum.First+i))) > 1e-9 {
				t.Fatalf("%d of %d: %v, want %v", sum.First+i, n, chance, d.Prob(float64(sum.First+i)))
			}
		}
		low, high := sum.Interval(0.999)
		wantLow, wantHigh := Interval(n, p, 0.999)
		if low != wantLow || high != wantHigh {
			t.Fatalf("n %d, p %v: %d to %d, want %d to %d", n, p, low, high, wantLow, wantHigh)
		}
	})
	if low, high := Sum([]float64{0, 0, 0, 1}, 1000).Interval(0.999); low != 3000 || high != 3000 {
		t.Errorf("a thousand threes are %d to %d", low, high)
	}
}

// TestOvertaking holds share and variance against messages by the thousand,
// drawn here: the mean of the shares, and by chi-square their spread.
func TestOvertaking(t *testing.T) {
	const ms, every, n, runs = time.Millisecond, 2300 * time.Microsecond, 500, 1000
	// 1000 degrees of freedom: mean 1000, standard deviation 45, four of them either way
	const least, most = 1000 - 4*45, 1000 + 4*45
	for name, trips := range map[string][]Trip{
		"all come back":   {{0, 0.0625}, {10 * ms, 0.375}, {20 * ms, 0.5625}},
		"half come back":  {{0, 0.1}, {10 * ms, 0.2}, {20 * ms, 0.2}},
		"few are quick":   {{0, 0.03}, {10 * ms, 0.97}},
		"nearly all late": {{0, 0.5}, {20 * ms, 0.5}},
	} {
		chance := rand.New(rand.NewPCG(1, 2))
		share, variance := Overtaking(trips, every, n)
		sum, squares := 0.0, 0.0
		for range runs {
			got := drawShare(trips, every, n, chance)
			sum += got
			squares += (got - share) * (got - share) / variance
		}
		near(t, name+": share", sum/runs, share, 4*math.Sqrt(variance/runs)+0.0005)
		if squares < least || squares > most {
			t.Errorf("%s: chi-square of %d shares is %.0f, want %v to %v", name, runs, squares, least, most)
		}
	}
	if share, variance := Overtaking(nil, every, n); share != 0 || variance != 0 {
		t.Errorf("nothing comes back, and %v ± %v of it is late", share, variance)
	}
}

// drawShare sends n messages and counts as Reordered does.
func drawShare(trips []Trip, every time.Duration, n int, chance *rand.Rand) float64 {
	arrives := make([]time.Duration, 0, n)
	for i := range n {
		u := chance.Float64()
		for _, t := range trips {
			if u < t.Chance {
				arrives = append(arrives, time.Duration(i)*every+t.Takes)
				break
			}
			u -= t.Chance
		}
	}
	late, earliest := 0, time.Duration(math.MaxInt64)
	for i := len(arrives) - 1; i >= 0; i-- {
		if arrives[i] > earliest {
			late++
		}
		earliest = min(earliest, arrives[i])
	}
	return float64(late) / float64(len(arrives))
}
