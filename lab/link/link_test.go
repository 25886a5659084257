package link

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const ms = time.Millisecond

// step is something that is done to a link at a time, and what must come of it.
type step struct {
	at    time.Duration
	offer int    // bytes of a packet to offer; 0 offers none
	fate  Fate   // of that packet
	due   string // when Next says, "" for none
	takes []int  // the numbers of the packets that are due
}

func TestTime(t *testing.T) {
	for _, test := range []struct {
		name string
		c    Conditions
		run  []step
	}{
		{"no conditions: due at once", Conditions{}, []step{
			{at: 0, offer: 100, due: "0s", takes: []int{1}},
			{at: 5 * ms, offer: 100, due: "5ms", takes: []int{2}},
		}},
		{"delay: not before, and in order", Conditions{Delay: 10 * ms}, []step{
			{at: 0, offer: 100, due: "10ms"},
			{at: 0, offer: 100, due: "10ms"},
			{at: 10*ms - 1, due: "10ms"},
			{at: 10 * ms, due: "10ms", takes: []int{1, 2}},
			{at: 10 * ms},
		}},
		{"rate: one packet after the other", Conditions{Rate: 8e6}, []step{
			{at: 0, offer: 1000, due: "1ms"},
			{at: 0, offer: 500, due: "1ms"},
			{at: ms, due: "1ms", takes: []int{1}},
			{at: ms, due: "1.5ms"},
			{at: 10 * ms, due: "1.5ms", takes: []int{2}},
			{at: 20 * ms, offer: 1000, due: "21ms"}, // idle time is not saved up
		}},
		{"limit: one is sent, two wait, the fourth overflows", Conditions{Rate: 8e6, Limit: 2}, []step{
			{at: 0, offer: 1000, due: "1ms"},
			{at: 0, offer: 1000, due: "1ms"},
			{at: 0, offer: 1000, due: "1ms"},
			{at: 0, offer: 1000, fate: Overflowed, due: "1ms"},
			{at: ms, offer: 1000, due: "1ms", takes: []int{1}}, // the first is gone: there is room
			{at: 9 * ms, due: "2ms", takes: []int{2, 3, 5}},
		}},
		{"limit does not count packets that are only delayed", Conditions{Rate: 8e6, Limit: 1, Delay: time.Second}, []step{
			{at: 0, offer: 1000, due: "1.001s"},
			{at: 5 * ms, offer: 1000, due: "1.001s"},
			{at: 10 * ms, offer: 1000, due: "1.001s"},
			{at: 2 * time.Second, due: "1.001s", takes: []int{1, 2, 3}},
		}},
		{"reorder: skips the delay, but not the rate", Conditions{Rate: 8e6, Delay: 10 * ms, Reorder: 1}, []step{
			{at: 0, offer: 1000, due: "1ms"},
			{at: ms, due: "1ms", takes: []int{1}},
		}},
		{"drop: by number", Conditions{Drop: []int{2}}, []step{
			{at: 0, offer: 100, due: "0s", takes: []int{1}},
			{at: 0, offer: 100, fate: Lost},
			{at: 0, offer: 100, due: "0s", takes: []int{3}},
		}},
		{"duplicate: the copy comes right behind", Conditions{Duplicate: 1, Delay: ms}, []step{
			{at: 0, offer: 100, due: "1ms"},
			{at: 0, offer: 100, due: "1ms"},
			{at: ms, due: "1ms", takes: []int{1, 1, 2, 2}},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := New(test.c, 1, "client")
			for i, s := range test.run {
				perform(t, l, i, s)
			}
		})
	}
}

func perform(t *testing.T, l *Link, i int, s step) {
	t.Helper()
	if s.offer > 0 {
		if o := l.Offer(s.at, make([]byte, s.offer)); o.Fate != s.fate {
			t.Errorf("step %d at %v: packet %d has fate %v, want %v", i, s.at, o.Number, o.Fate, s.fate)
		}
	}
	due := ""
	if d, ok := l.Next(); ok {
		due = d.String()
	}
	if due != s.due {
		t.Errorf("step %d at %v: the next packet is due at %q, want %q", i, s.at, due, s.due)
	}
	var takes []int
	for {
		p, ok := l.Take(s.at)
		if !ok {
			break
		}
		takes = append(takes, p.Number)
	}
	if !slices.Equal(takes, s.takes) {
		t.Errorf("step %d at %v: packets %v are due, want %v", i, s.at, takes, s.takes)
	}
}

// letters of the golden fate lists.
var letters = map[Fate]string{Queued: ".", Lost: "x", Overflowed: "o"}

// fates offers count packets, a millisecond apart, and writes what the link
// decided about each: a line of letters per condition.
func fates(c Conditions, seed uint64, side string, count int) string {
	l := New(c, seed, side)
	var line strings.Builder
	for i := range count {
		now := time.Duration(i) * ms
		o := l.Offer(now, make([]byte, 100))
		letter := letters[o.Fate]
		switch {
		case o.Cause == "corrupt":
			letter = "c"
		case o.Cause == "reorder":
			letter = "r"
		case o.Copied:
			letter = "d"
		}
		line.WriteString(letter)
		for _, ok := l.Take(now); ok; _, ok = l.Take(now) {
		}
	}
	return line.String()
}

// TestGoldenFates keeps the fates of every condition as they are: a seed that
// somebody noted must go on meaning the same packets.
func TestGoldenFates(t *testing.T) {
	var got bytes.Buffer
	for _, c := range []Conditions{
		{Loss: 0.1},
		{Burst: Burst{Loss: 0.2, Length: 4}},
		{Exact: Exact{Drop: 3, Of: 10}},
		{Drop: []int{3, 7}},
		{Duplicate: 0.1},
		{Corrupt: 0.1},
		{Delay: 5 * ms, Reorder: 0.25},
		{Rate: 400e3, Limit: 2},
	} {
		for _, seed := range []uint64{1, 7} {
			for _, side := range []string{"client", "server"} {
				fmt.Fprintf(&got, "%s, seed %d, %s\n%s\n", c, seed, side, fates(c, seed, side, 80))
			}
		}
	}
	file := filepath.Join("testdata", "fates.golden")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("fates changed (-want +got); -update rewrites them:\n%s", diff)
	}
}

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

func TestPacketsAreCopied(t *testing.T) {
	l := New(Conditions{Delay: ms}, 1, "client")
	buf := []byte("first")
	l.Offer(0, buf)
	copy(buf, "other")
	l.Offer(0, buf)
	p, _ := l.Take(ms)
	l.Offer(ms, []byte("third")) // must not go where the first still is
	if string(p.Bytes) != "first" {
		t.Errorf("took %q, want %q", p.Bytes, "first")
	}
	if p, _ := l.Take(ms); string(p.Bytes) != "other" {
		t.Errorf("took %q, want %q", p.Bytes, "other")
	}
}

func TestNoConditionsNoAllocation(t *testing.T) {
	l, packet := New(Conditions{}, 1, "client"), make([]byte, 1500)
	if n := testing.AllocsPerRun(1000, func() {
		l.Offer(0, packet)
		l.Take(0)
	}); n != 0 {
		t.Errorf("%v allocations a packet, want none", n)
	}
}

func TestPacketsUnderWayAreBounded(t *testing.T) {
	l := New(Conditions{Delay: ms}, 1, "client")
	for range maxUnderWay {
		if o := l.Offer(0, []byte{1}); o.Fate != Queued {
			t.Fatalf("packet %d has fate %v, want it queued", o.Number, o.Fate)
		}
	}
	if o := l.Offer(0, []byte{1}); o.Fate != Overflowed || o.Cause != "limit" {
		t.Errorf("one packet more: %+v, want it overflowed", o)
	}
	l.Take(ms)
	if o := l.Offer(ms, []byte{1}); o.Fate != Queued {
		t.Errorf("after one was taken: %+v, want it queued", o)
	}
}

// TestRateHoldsWhatSkipsTheDelay: a packet that skips the delay does not leave
// before the rate has sent it.
func TestRateHoldsWhatSkipsTheDelay(t *testing.T) {
	l := New(Conditions{Rate: 12e6, Delay: time.Second, Reorder: 1}, 1, "client")
	l.Offer(0, make([]byte, 1500))
	if due, ok := l.Next(); !ok || due != time.Millisecond {
		t.Errorf("1,500 bytes at 12 Mbit/s are due at %v, want 1ms", due)
	}
}

// TestDamagedIsNotDelivered: a damaged packet is counted as that alone.
func TestDamagedIsNotDelivered(t *testing.T) {
	l := New(Conditions{Corrupt: 1}, 1, "client")
	l.Offer(0, make([]byte, 100))
	p, ok := l.Take(0)
	if c := l.Counts(); !ok || p.Fate != Corrupted || c.Corrupted != 1 || c.Delivered != 0 {
		t.Errorf("taken %v as %v, counted %+v", ok, p.Fate, c)
	}
}
