package link

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
)

// TestSharesComeTrue holds what chance does to the share that was asked for:
// of 50,000 packets, within five standard deviations, for two seeds.
func TestSharesComeTrue(t *testing.T) {
	const count = 50_000
	for _, seed := range []uint64{1, 7} {
		for _, p := range []float64{0.001, 0.1, 0.5} {
			deviation := 5 * math.Sqrt(p*(1-p)/count)
			for _, test := range []struct {
				c      Conditions
				letter string
				spread float64 // how much wider than independent packets
			}{
				{Conditions{Loss: p}, "x", 1},
				{Conditions{Duplicate: p}, "d", 1},
				{Conditions{Corrupt: p}, "c", 1},
				{Conditions{Delay: ms, Reorder: p}, "r", 1},
				// The variance of a share in bursts of length L is at most
				// 1+2(L-1) times that of independent packets: their
				// correlation falls by 1-1/L-enter a packet.
				{Conditions{Burst: Burst{Loss: p, Length: 4}}, "x", math.Sqrt(7)},
			} {
				share := float64(strings.Count(fates(test.c, seed, "client", count), test.letter)) / count
				if math.Abs(share-p) > test.spread*deviation {
					t.Errorf("%s, seed %d: a share of %v, want %v ± %v", test.c, seed, share, p, test.spread*deviation)
				}
			}
		}
	}
}

func TestExactIsExact(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		line := fates(Conditions{Exact: Exact{Drop: 3, Of: 10}}, seed, "client", 1000)
		for i := 0; i < len(line); i += 10 {
			if n := strings.Count(line[i:i+10], "x"); n != 3 {
				t.Errorf("seed %d: %d of packets %d to %d are dropped, want 3", seed, n, i+1, i+10)
			}
		}
	}
}

func TestBurstsHaveTheirLength(t *testing.T) {
	for _, length := range []float64{1, 4, 20} {
		line := fates(Conditions{Burst: Burst{Loss: 0.2, Length: length}}, 1, "client", 100_000)
		bursts := strings.Count("."+line, ".x")
		mean := float64(strings.Count(line, "x")) / float64(bursts)
		// Lengths are geometric: their deviation is below their mean.
		if margin := 5 * length / math.Sqrt(float64(bursts)); math.Abs(mean-length) > margin {
			t.Errorf("%d bursts are %v packets long on average, want %v ± %v", bursts, mean, length, margin)
		}
	}
}

// TestConditionsDoNotDisturbEachOther: switching one on changes nothing about
// what another decides.
func TestConditionsDoNotDisturbEachOther(t *testing.T) {
	plain := fates(Conditions{Loss: 0.1}, 7, "client", 1000)
	others := Conditions{
		Loss: 0.1, Delay: 10 * ms, Jitter: 5 * ms, Reorder: 0.2, Duplicate: 0.2, Corrupt: 0.2,
	}
	both := fates(others, 7, "client", 1000)
	for i := range plain {
		if (plain[i] == 'x') != (both[i] == 'x') {
			t.Fatalf("packet %d is lost in one of the two:\n%s\n%s", i+1, plain, both)
		}
	}
	if other := fates(Conditions{Loss: 0.1}, 7, "server", 1000); other == plain {
		t.Error("both directions lose the same packets")
	}
}

// TestMoreIsMore: a higher chance strikes the same packets and more.
func TestMoreIsMore(t *testing.T) {
	for letter, c := range map[byte]func(p float64) Conditions{
		'x': func(p float64) Conditions { return Conditions{Loss: p} },
		'd': func(p float64) Conditions { return Conditions{Duplicate: p} },
		'c': func(p float64) Conditions { return Conditions{Corrupt: p} },
		'r': func(p float64) Conditions { return Conditions{Delay: ms, Reorder: p} },
	} {
		less, more := fates(c(0.1), 1, "client", 1000), fates(c(0.3), 1, "client", 1000)
		for i := range less {
			if less[i] == letter && more[i] != letter {
				t.Errorf("%s strikes packet %d, %s does not", c(0.1), i+1, c(0.3))
			}
		}
	}
}

func TestCorruptFlipsOneBit(t *testing.T) {
	l := New(Conditions{Corrupt: 1}, 1, "client")
	where := map[int]bool{}
	for range 4000 {
		sent := bytes.Repeat([]byte{0xa5}, 20)
		l.Offer(0, sent)
		p, ok := l.Take(0)
		if !ok || p.Fate != Corrupted || p.Cause != "corrupt" {
			t.Fatalf("took %+v, %v, want a corrupted packet", p, ok)
		}
		flipped := -1
		for bit := range 160 {
			if (p.Bytes[bit/8]^0xa5)>>(bit%8)&1 == 0 {
				continue
			}
			if flipped >= 0 {
				t.Fatalf("bits %d and %d flipped", flipped, bit)
			}
			flipped = bit
		}
		if flipped < 0 {
			t.Fatal("no bit flipped")
		}
		where[flipped] = true
		if !bytes.Equal(sent, bytes.Repeat([]byte{0xa5}, 20)) {
			t.Fatal("the caller's packet was changed")
		}
	}
	if len(where) != 160 {
		t.Errorf("of 160 bits, 4000 flips struck only %d", len(where))
	}
}

func TestJitterIsUniform(t *testing.T) {
	const count = 20_000
	l := New(Conditions{Delay: 20 * ms, Jitter: 10 * ms}, 1, "client")
	var bins [10]int
	for range count {
		l.Offer(0, []byte{1})
		due, _ := l.Next()
		if due < 10*ms || due >= 30*ms {
			t.Fatalf("due at %v, want 10ms to 30ms", due)
		}
		bins[(due-10*ms)/(2*ms)]++
		l.Take(due)
	}
	margin := 5 * math.Sqrt(count*0.1*0.9)
	for i, n := range bins {
		if math.Abs(float64(n)-count/10) > margin {
			t.Errorf("%d of %d packets are due between %v and %v, want %d ± %.0f",
				n, count, 10*ms+time.Duration(i)*2*ms, 12*ms+time.Duration(i)*2*ms, count/10, margin)
		}
	}
}
