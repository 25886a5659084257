package link

import (
	"bytes"
	"flag"
	"fmt"
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

// TestDamagedIsNotDelivered: a damaged packet is handed over as that alone.
func TestDamagedIsNotDelivered(t *testing.T) {
	l := New(Conditions{Corrupt: 1}, 1, "client")
	l.Offer(0, make([]byte, 100))
	p, ok := l.Take(0)
	if _, more := l.Take(0); !ok || p.Fate != Corrupted || more {
		t.Errorf("taken %v as %v, and more after it: %v", ok, p.Fate, more)
	}
}

// TestCopyIsWhole: what damages a packet does not damage its copy.
func TestCopyIsWhole(t *testing.T) {
	l := New(Conditions{Duplicate: 1, Corrupt: 1}, 1, "client")
	l.Offer(0, []byte("hello"))
	var fates []Fate
	for range 2 {
		p, ok := l.Take(0)
		if !ok {
			t.Fatal("one packet only")
		}
		fates = append(fates, p.Fate)
	}
	if !slices.Equal(fates, []Fate{Corrupted, Delivered}) {
		t.Errorf("fates %v, want the packet damaged and its copy whole", fates)
	}
}

// TestWaiting: those that wait for the rate are counted, with the one that is being
// sent, until their last bit has left; without a rate nothing waits.
func TestWaiting(t *testing.T) {
	const size, count = 125, 3 // 1 ms each at 1 Mbit/s
	slow, free := New(Conditions{Rate: 1e6, Delay: time.Second}, 1, "client"), New(Conditions{}, 1, "client")
	for range count {
		slow.Offer(0, make([]byte, size))
		free.Offer(0, make([]byte, size))
	}
	for ms, want := range []int{3, 2, 1, 0} {
		now := time.Duration(ms) * time.Millisecond
		if got := slow.Waiting(now); got != want {
			t.Errorf("%d packets wait after %v, want %d", got, now, want)
		}
	}
	if got := free.Waiting(0); got != 0 {
		t.Errorf("%d packets wait without a rate", got)
	}
}
