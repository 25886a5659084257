package registry

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// simulate sends the workload over two links and back, each message's echo as
// soon as it is there, and returns the order in which echoes come. What is damaged
// the hosts discard.
func simulate(c wire.Options, w testbed.Workload, seed uint64) []int {
	there, back := link.New(c.Client, seed, "client"), link.New(c.Server, seed, "server")
	var arrivals []int
	sequence := func(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }
	run := func(until time.Duration) {
		for {
			a, okA := there.Next()
			b, okB := back.Next()
			switch {
			case okA && a < until && (!okB || a <= b):
				if p, _ := there.Take(a); p.Fate == link.Delivered {
					back.Offer(a, p.Bytes)
				}
			case okB && b < until:
				if p, _ := back.Take(b); p.Fate == link.Delivered {
					arrivals = append(arrivals, sequence(p.Bytes))
				}
			default:
				return
			}
		}
	}
	for seq := range w.Messages {
		run(w.Due(seq))
		there.Offer(w.Due(seq), []byte{byte(seq >> 16), byte(seq >> 8), byte(seq)})
	}
	run(never)
	return arrivals
}

// anyLink draws a link whose packets each have a fate of their own.
func anyLink(t *rapid.T, name string) link.Conditions {
	often := rapid.SampledFrom([]float64{0, 0, 0.1, 0.25, 0.5, 1})
	return link.Conditions{
		Delay:   time.Duration(rapid.IntRange(1, 20).Draw(t, name+" delay")) * ms,
		Reorder: rapid.Float64Range(0, 1).Draw(t, name+" reorder"),
		Loss:    min(often.Draw(t, name+" loss"), 0.5), Corrupt: min(often.Draw(t, name+" corrupt"), 0.5),
		Duplicate: often.Draw(t, name+" duplicate"),
	}
}

// TestTheoryOfTheLinks holds what is expected of messages against a simulation
// of the links, which knows nothing of the formulas: how many come back, how
// many twice, and how many out of order. Of 100 cases at 99.9 % hardly one lies
// outside; half of the range more is never left by luck.
func TestTheoryOfTheLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wire.Options{Client: anyLink(t, "client"), Server: anyLink(t, "server")}
		w := testbed.Workload{Messages: 4000, Size: 16, Every: time.Duration(rapid.IntRange(300, 9000).Draw(t, "every"))*time.Microsecond + 37} // no ties
		x := &testbed.Exchange{Observations: make([]testbed.Observation, w.Messages)}
		for _, seq := range simulate(c, w, rapid.Uint64().Draw(t, "seed")) {
			x.Observations[seq].Copies++
			x.Arrivals = append(x.Arrivals, seq)
		}
		delivered, twice, late := result.Row("delivered", "", "%"), result.Row("duplicates", "", ""), result.Row("out_of_order", "", "%")
		expectDelivery(delivered, transports.UDP, c, w)
		expectDuplicates(twice, transports.UDP, c, w)
		expectOrder(late, transports.UDP, c, w)
		delivered.Set("udp", result.Num(percent(x.Delivered(), w.Messages)))
		twice.Set("udp", result.Num(x.Duplicates()))
		late.Set("udp", outOfOrder(x))
		for _, row := range []*result.Measurement{delivered, twice, late} {
			if wrong := outside(row); wrong != "" {
				t.Errorf("%v, one every %v: %s", c.Words(), w.Every, wrong)
			}
		}
		if len(delivered.Expected) == 0 || len(twice.Expected) == 0 {
			t.Errorf("%v: nothing is expected", c.Words())
		}
	})
}

// outside says how far a value of UDP lies outside of half as much again as is
// expected; nothing if it does not, or if nothing is expected.
func outside(row *result.Measurement) string {
	want, ok := row.Expected["udp"]
	got, low, high := row.Values["udp"].Number, row.Low["udp"], row.High["udp"]
	low, high = low-(want.Number-low)/2, high+(high-want.Number)/2
	if !ok || low-1e-9 <= got && got <= high+1e-9 {
		return ""
	}
	return fmt.Sprintf("%s is %v, expected %v to %v", row.ID, got, low, high)
}

// TestBurstsVary: of the links' own bursts, over many seeds, as many messages come
// back as theory says, and as unevenly: the chi-square of 300 lies at 300, give or
// take 24.5, and the 99.9 % hold all but one or two.
func TestBurstsVary(t *testing.T) {
	const seeds = 300
	for name, c := range map[string]wire.Options{
		"both ways": bothWays(link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 4}}),
		"one way":   {Client: link.Conditions{Burst: link.Burst{Loss: 0.2, Length: 2}}},
		"and loss the other way": {
			Client: link.Conditions{Burst: link.Burst{Loss: 0.05, Length: 3}}, Server: link.Conditions{Loss: 0.1, Corrupt: 0.1},
		},
	} {
		w := testbed.Workload{Messages: 500, Size: 16, Every: ms}
		d, ok := burstEchoes(c, w)
		low, high := d.Interval(confidence)
		variance := 0.0
		for i, p := range d.Chances {
			variance += p * (float64(d.First+i) - d.Mean()) * (float64(d.First+i) - d.Mean())
		}
		squares, out := 0.0, 0
		for seed := range uint64(seeds) {
			came := len(simulate(c, w, seed))
			squares += (float64(came) - d.Mean()) * (float64(came) - d.Mean()) / variance
			if came < low || came > high {
				out++
			}
		}
		if !ok || out > 3 || squares < seeds-4*24.5 || squares > seeds+4*24.5 {
			t.Errorf("%s: %d of %d are outside of %d to %d, chi-square %.0f", name, out, seeds, low, high, squares)
		}
	}
}

// TestOrderVaries: over many seeds the share that is out of order lies where it
// should, as often as it should, and no nearer. The sum of squares of 200
// standard deviations has the chi-square distribution: 200, give or take 20.
func TestOrderVaries(t *testing.T) {
	const seeds = 200
	for name, c := range map[string]link.Conditions{
		"as it is": {Delay: 10 * ms, Reorder: 0.25}, "half": {Delay: 10 * ms, Reorder: 0.5},
		"lossy": {Delay: 10 * ms, Reorder: 0.25, Loss: 0.3, Corrupt: 0.1}, "copied": {Delay: 10 * ms, Reorder: 0.25, Duplicate: 0.5},
	} {
		w := testbed.Workload{Messages: 500, Size: 16, Every: pace(bothWays(c))}
		share, margin, ok := reorderedShare(bothWays(c), w)
		squares, out := 0.0, 0
		for seed := range uint64(seeds) {
			arrivals := simulate(bothWays(c), w, seed)
			came := map[int]bool{}
			for _, seq := range arrivals {
				came[seq] = true
			}
			off := float64(theory.Reordered(arrivals))/float64(len(came)) - share
			standard := off / (margin / deviations)
			squares += standard * standard
			if math.Abs(off) > margin {
				out++
			}
		}
		if !ok || out > 2 || squares < seeds-4*20 || squares > seeds+4*20 {
			t.Errorf("%s: %d of %d shares are outside %.3f ± %.3f, chi-square %.0f", name, out, seeds, share, margin, squares)
		}
	}
}

// TestOrderSaysNothing where it knows nothing: random times, fates that hang
// together, copies of fragments, too few that are late, or none that come.
func TestOrderSaysNothing(t *testing.T) {
	for name, c := range map[string]struct {
		c              link.Conditions
		size, messages int
		want           bool
	}{
		"as it is":               {link.Conditions{Delay: 10 * ms, Reorder: 0.25}, 512, 1000, true},
		"fragments":              {link.Conditions{Delay: 10 * ms, Reorder: 0.25}, 4000, 1000, true},
		"jitter":                 {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Jitter: ms}, 512, 1000, false},
		"bursts":                 {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Burst: link.Burst{Loss: 0.1, Length: 2}}, 512, 1000, false},
		"copies of fragments":    {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Duplicate: 0.1}, 4000, 1000, false},
		"hardly any late":        {link.Conditions{Delay: 10 * ms, Reorder: 0.001}, 512, 1000, false},
		"hardly any at all":      {link.Conditions{Delay: 10 * ms, Reorder: 0.25}, 512, 10, false},
		"nothing comes":          {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Loss: 1}, 512, 1000, false},
		"nothing skips, so zero": {link.Conditions{Delay: 10 * ms}, 512, 1000, true},
	} {
		row := result.Row("out_of_order", "", "%")
		expectOrder(row, transports.UDP, bothWays(c.c), testbed.Workload{Messages: c.messages, Size: c.size, Every: pace(bothWays(c.c))})
		if _, ok := row.Expected["udp"]; ok != c.want {
			t.Errorf("%s: something is expected: %v, want %v", name, ok, c.want)
		}
	}
	whole, _, _ := reorderedShare(bothWays(link.Conditions{Delay: 10 * ms, Reorder: 0.5}), testbed.Workload{Messages: 1000, Size: 512, Every: 2300 * time.Microsecond})
	cut, _, _ := reorderedShare(bothWays(link.Conditions{Delay: 10 * ms, Reorder: math.Sqrt(0.5)}), testbed.Workload{Messages: 1000, Size: 1473, Every: 2300 * time.Microsecond})
	if math.Abs(whole-cut) > 1e-9 {
		t.Errorf("two fragments that skip with the root of a half: %v late, whole ones with a half: %v", cut, whole)
	}
}

func TestExpectDelivery(t *testing.T) {
	w := testbed.Workload{Messages: 1000, Size: 512}
	for _, c := range []struct {
		name           string
		t              testbed.Transport
		c              link.Conditions
		size           int
		want, min, max float64 // want < 0: nothing is expected
	}{
		{"TCP", transports.TCP, link.Conditions{Loss: 0.1}, 512, 100, 100, 100},
		{"10 % both ways", transports.UDP, link.Conditions{Loss: 0.1}, 512, 81, 76.5, 85.5},
		{"nothing lost", transports.UDP, link.Conditions{}, 512, 100, 100, 100},
		{"everything lost", transports.UDP, link.Conditions{Loss: 1}, 512, 0, 0, 0},
		{"two fragments", transports.UDP, link.Conditions{Loss: 0.1}, 1473, 65.61, 60, 71},
		{"damage is loss", transports.UDP, link.Conditions{Corrupt: 0.1}, 512, 81, 76.5, 85.5},
		{"all copied", transports.UDP, link.Conditions{Loss: 0.2, Duplicate: 1}, 512, 76.8, 72, 82},
		{"all copied, damage", transports.UDP, link.Conditions{Corrupt: 0.2, Duplicate: 1}, 512, 100, 100, 100},
		{"fragments copied", transports.UDP, link.Conditions{Loss: 0.1, Duplicate: 1}, 1473, -1, 0, 0},
		{"bursts", transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}}, 512, 81, 70, 90},
		{"bursts, and loss", transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}, Loss: 0.1}, 512, -1, 0, 0},
		{"bursts, and damage", transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}, Corrupt: 0.1}, 512, -1, 0, 0},
		{"bursts, and copies", transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}, Duplicate: 0.1}, 512, -1, 0, 0},
		{"bursts of fragments", transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}}, 1473, -1, 0, 0},
		{"a queue", transports.UDP, link.Conditions{Loss: 0.1, Rate: 1e6}, 512, -1, 0, 0},
		{"exactly one of ten", transports.UDP, link.Conditions{Exact: link.Exact{Drop: 1, Of: 10}}, 512, 81, 81, 81},
		{"exactly one of ten, fragments", transports.UDP, link.Conditions{Exact: link.Exact{Drop: 1, Of: 10}}, 1473, -1, 0, 0},
		{"exactly one of ten, and loss", transports.UDP, link.Conditions{Exact: link.Exact{Drop: 1, Of: 10}, Loss: 0.1}, 512, -1, 0, 0},
	} {
		row := result.Row("delivered", "", "%")
		w.Size = c.size
		expectDelivery(row, c.t, bothWays(c.c), w)
		got, ok := row.Expected[c.t.Name]
		if ok != (c.want >= 0) {
			t.Errorf("%s: expected %v, %v", c.name, got, ok)
			continue
		}
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		if ok && (math.Abs(got.Number-c.want) > 1e-9 || low < c.min || high > c.max || low > got.Number || high < got.Number) {
			t.Errorf("%s: expected %v (%v to %v), want %v (within %v to %v)", c.name, got, low, high, c.want, c.min, c.max)
		}
	}
}

// TestDealtEchoes: counts that do not divide the messages leave a range.
func TestDealtEchoes(t *testing.T) {
	c := bothWays(link.Conditions{Exact: link.Exact{Drop: 3, Of: 10}})
	for seed := range uint64(50) {
		w := testbed.Workload{Messages: 27, Size: 16, Every: ms}
		least, most, ok := dealtEchoes(c, w)
		if n := len(simulate(c, w, seed)); !ok || n < least || n > most || most-least > 7 {
			t.Errorf("seed %d: %d of 27 came back, want %d to %d", seed, n, least, most)
		}
	}
}

// TestExpectDuplicates: TCP has none, and neither have fragments; where fates
// hang together nothing is expected.
func TestExpectDuplicates(t *testing.T) {
	w := testbed.Workload{Messages: 1000, Size: 512}
	for _, c := range []struct {
		name string
		t    testbed.Transport
		c    link.Conditions
		size int
		want float64 // < 0: nothing is expected
	}{
		{"TCP", transports.TCP, link.Conditions{Duplicate: 0.2}, 512, 0},
		{"a fifth both ways", transports.UDP, link.Conditions{Duplicate: 0.2}, 512, 440},
		{"everything", transports.UDP, link.Conditions{Duplicate: 1}, 512, 3000},
		{"everything, and a half is lost", transports.UDP, link.Conditions{Duplicate: 1, Loss: 0.5}, 512, 1000 - 375},
		{"fragments", transports.UDP, link.Conditions{Duplicate: 0.2}, 4000, 0},
		{"damaged fragments", transports.UDP, link.Conditions{Duplicate: 0.2, Corrupt: 0.1}, 4000, -1},
		{"bursts", transports.UDP, link.Conditions{Duplicate: 0.2, Burst: link.Burst{Loss: 0.1, Length: 2}}, 512, -1},
	} {
		row := result.Row("duplicates", "", "messages")
		w.Size = c.size
		expectDuplicates(row, c.t, bothWays(c.c), w)
		got, ok := row.Expected[c.t.Name]
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		if ok != (c.want >= 0) || ok && (math.Abs(got.Number-c.want) > 1e-6 || low < c.want-120 || high > c.want+120) {
			t.Errorf("%s: expected %v (%v to %v), %v; want %v", c.name, got, low, high, ok, c.want)
		}
	}
}

// TestExpectDamaged: one flipped bit is always noticed, and of two in one datagram
// one pair in 32 is not.
func TestExpectDamaged(t *testing.T) {
	c := bothWays(link.Conditions{Corrupt: 0.1})
	for _, e := range []struct {
		t          testbed.Transport
		size       int
		mean, most float64
	}{
		{transports.UDP, 512, 0, 0}, {transports.TCP, 4000, 0, 0},
		{transports.UDP, 4000, 1000 * 2 * (3*0.01*0.9 + 0.001) / 32, 10}, // two or three of three fragments, both ways
	} {
		row := result.Row("damaged", "", "messages")
		expectDamaged(row, e.t, c, testbed.Workload{Messages: 1000, Size: e.size})
		mean, low, high := row.Expected[e.t.Name].Number, row.Low[e.t.Name], row.High[e.t.Name]
		if math.Abs(mean-e.mean) > 1e-9 || low != 0 || high < e.mean || high > e.most+1 {
			t.Errorf("%s, %d bytes: %v, from %v to %v; want %v, up to %v", e.t.Name, e.size, mean, low, high, e.mean, e.most)
		}
	}
}

// TestTwoFlippedBits: of the pairs of bits that are flipped in random data, one in
// 32 leaves the ones' complement sum as it was.
func TestTwoFlippedBits(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	const bytes, tries = 256, 64_000
	same := 0
	for range tries {
		data := make([]byte, bytes)
		for i := range data {
			data[i] = byte(chance.Uint32())
		}
		before := onesComplement(data)
		first := chance.IntN(8 * bytes)
		second := (first + 1 + chance.IntN(8*bytes-1)) % (8 * bytes)
		for _, bit := range []int{first, second} {
			data[bit/8] ^= 1 << (bit % 8)
		}
		if onesComplement(data) == before {
			same++
		}
	}
	if want := tries / 32; same < want*9/10 || same > want*11/10 {
		t.Errorf("%d of %d sums did not change, want about %d", same, tries, want)
	}
}

// onesComplement is the sum of RFC 1071.
func onesComplement(data []byte) uint16 {
	sum := uint32(0)
	for i := 0; i < len(data); i += 2 {
		sum += uint32(data[i])<<8 | uint32(data[i+1])
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// TestOnPace: one message in a hundred may be late by more than half the pace.
func TestOnPace(t *testing.T) {
	w := testbed.Workload{Messages: 100, Every: 2 * ms}
	for _, c := range []struct {
		by   time.Duration
		late int
		want bool
	}{{0, 0, true}, {ms, 50, true}, {ms + 1, 1, true}, {ms + 1, 2, false}} {
		x := &testbed.Exchange{Observations: make([]testbed.Observation, w.Messages)}
		for i := range x.Observations {
			x.Observations[i].Due = w.Due(i)
			x.Observations[i].Sent = w.Due(i)
			if i < c.late {
				x.Observations[i].Sent += c.by
			}
		}
		if got := onPace(x, w); got != c.want {
			t.Errorf("%d messages %v late: on pace %v, want %v", c.late, c.by, got, c.want)
		}
	}
}
