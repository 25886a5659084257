package link

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyShare draws a share, 0 and 1 more often than others.
func anyShare(t *rapid.T, name string) float64 {
	return rapid.OneOf(rapid.SampledFrom([]float64{0, 0, 1}), rapid.Float64Range(0, 1)).Draw(t, name)
}

// anyConditions draws valid conditions.
func anyConditions(t *rapid.T) Conditions {
	c := Conditions{
		Loss: anyShare(t, "loss"), Duplicate: anyShare(t, "duplicate"), Corrupt: anyShare(t, "corrupt"),
		Delay:  time.Duration(rapid.Int64Range(0, int64(20*ms)).Draw(t, "delay")),
		Jitter: time.Duration(rapid.Int64Range(0, int64(20*ms)).Draw(t, "jitter")),
		Drop:   rapid.SliceOfN(rapid.IntRange(1, 100), 0, 5).Draw(t, "drop"),
		Rate:   rapid.SampledFrom([]float64{0, 0, 1e5, 1e7}).Draw(t, "rate"),
		Exact:  Exact{Of: rapid.IntRange(0, 20).Draw(t, "of")},
	}
	c.Exact.Drop = rapid.IntRange(0, c.Exact.Of).Draw(t, "exact")
	c.Burst.Length = rapid.Float64Range(1, 10).Draw(t, "length")
	c.Burst.Loss = rapid.Float64Range(0, c.Burst.Length/(c.Burst.Length+1)).Draw(t, "burst")
	if rapid.Bool().Draw(t, "quiet") {
		c.Loss, c.Burst, c.Exact, c.Drop = 0, Burst{}, Exact{}, nil
	}
	if c.Delay > 0 {
		c.Reorder = anyShare(t, "reorder")
	}
	if c.Rate > 0 {
		c.Limit = rapid.IntRange(0, 20).Draw(t, "limit")
	}
	if err := c.Validate(); err != nil {
		t.Fatalf("drew invalid conditions: %v", err)
	}
	return c
}

// TestConservation: at every step, the link holds the packets and copies that it
// queued and did not hand over yet, and tells when the next of them is due.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := New(anyConditions(t), rapid.Uint64().Draw(t, "seed"), "client")
		var now time.Duration
		under := 0
		t.Repeat(map[string]func(*rapid.T){
			"offer": func(t *rapid.T) {
				o := l.Offer(now, make([]byte, rapid.IntRange(1, 1500).Draw(t, "size")))
				if o.Fate == Queued {
					under++
				}
				if o.Copied && o.OfCopy == Queued {
					under++
				}
			},
			"wait": func(t *rapid.T) { now += time.Duration(rapid.Int64Range(0, int64(10*ms)).Draw(t, "wait")) },
			"take": func(*rapid.T) {
				if _, ok := l.Take(now); ok {
					under--
				}
			},
			"": func(t *rapid.T) {
				if _, ok := l.Next(); l.queue.len() != under || ok != (under > 0) {
					t.Fatalf("%d packets are queued (next: %v), want %d", l.queue.len(), ok, under)
				}
			},
		})
	})
}

// TestOrderAndTime: no packet comes before its time, which is when it was
// offered plus the least delay; packets come in the order of their due times;
// those due at the same time in the order of arrival.
func TestOrderAndTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyConditions(t)
		l := New(c, rapid.Uint64().Draw(t, "seed"), "client")
		least := max(c.Delay-c.Jitter, 0)
		if c.Reorder > 0 {
			least = 0
		}
		offered := map[int]time.Duration{}
		var now time.Duration
		for range 100 {
			now += time.Duration(rapid.SampledFrom([]int64{0, 0, int64(ms)}).Draw(t, "wait"))
			o := l.Offer(now, make([]byte, 100))
			offered[o.Number] = now
		}
		var lastDue time.Duration
		var lastNumber int
		for {
			due, ok := l.Next()
			if !ok {
				break
			}
			if p, early := l.Take(due - 1); early {
				t.Fatalf("packet %d, due at %v, was taken at %v", p.Number, due, due-1)
			}
			p, ok := l.Take(due)
			if !ok {
				t.Fatalf("nothing to take at %v, when a packet is due", due)
			}
			if due < offered[p.Number]+least {
				t.Fatalf("packet %d, offered at %v, is due at %v, before %v have passed", p.Number, offered[p.Number], due, least)
			}
			if due < lastDue || due == lastDue && p.Number < lastNumber {
				t.Fatalf("packet %d, due at %v, came behind packet %d, due at %v", p.Number, due, lastNumber, lastDue)
			}
			lastDue, lastNumber = due, p.Number
		}
	})
}

// TestSameSeedSameFates: two links with the same conditions and seed decide
// the same, also where their packets and times differ.
func TestSameSeedSameFates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, seed := anyConditions(t), rapid.Uint64().Draw(t, "seed")
		c.Rate, c.Limit = 0, 0 // what overflows is a matter of time and size
		a, b := New(c, seed, "client"), New(c, seed, "client")
		for i := range 100 {
			first := a.Offer(0, []byte{1})
			second := b.Offer(time.Duration(i)*ms, make([]byte, 1+i))
			if first != second {
				t.Fatalf("packet %d: %+v and %+v", i+1, first, second)
			}
		}
	})
}
