package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/text"
)

// screen is a terminal that remembers every line drawn.
type screen struct {
	mu    sync.Mutex
	bytes bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes.Write(b)
}

// lines are what could be read on the screen, one after the other.
func (s *screen) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Split(strings.ReplaceAll(s.bytes.String(), "\x1b[K", ""), "\r")[1:]
}

// now is what can be read at the moment.
func (s *screen) now() string {
	all := s.lines()
	return all[len(all)-1]
}

// titles are those of the experiments below.
var titles = map[string]text.Phrase{
	"flow": "Flow control", "loss": "Reliable data transfer", "setup": "Handshake", "ordering": "Order",
}

// planned is a plan of experiments, the first of which lasts for seconds.
func planned(ids ...string) lab.Plan {
	var p lab.Plan
	for i, id := range ids {
		e := experiments.Experiment{ID: id, Prose: experiments.Prose{Title: text.Say(titles[id])}, Long: i == 0}
		p.Items = append(p.Items, lab.Item{Experiment: e})
	}
	return p
}

// TestProgressMoves tells what runs, how far it is, and the seconds as they pass.
func TestProgressMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		p := startProgress(&statusLine{s, func() int { return 80 }}, planned("flow", "loss", "setup"), text.Printer{})
		defer p.end()
		starts := func(id string, run int) { p.hear(lab.Progress{Experiment: id, Run: run, Runs: 3}) }
		look := func(want string) {
			t.Helper()
			synctest.Wait()
			if got := s.now(); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		look("0/3    0s")
		starts("loss", 1)
		starts("setup", 1)
		look("0/3  loss (Reliable data transfer) run 1 of 3, setup (Handshake) run 1 of 3  0s") // there is no room for titles
		time.Sleep(time.Second)
		look("0/3  loss (Reliable data transfer) run 1 of 3, setup (Handshake) run 1 of 3  1s")
		starts("loss", 2)
		time.Sleep(2 * time.Second)
		look("0/3  setup (Handshake) run 1 of 3, loss (Reliable data transfer) run 2 of 3  3s")
		p.hear(lab.Progress{Experiment: "loss", Done: true})
		look("1/3  setup (Handshake) run 1 of 3  3s, about 15s left") // 1 of 1+1+4 in 3 s
		p.hear(lab.Progress{Experiment: "setup", Waits: true})
		look("1/3    3s, about 15s left")
		p.hear(lab.Progress{Experiment: "setup", Run: 1, Runs: 3, Again: true})
		look("1/3  setup (Handshake) again, alone  3s, about 15s left")
	})
}

// TestProgressWhileMakingReady says what is being made ready, ticks, and does
// not take the time of it for a measure of the rest.
func TestProgressWhileMakingReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		p := startProgress(&statusLine{s, func() int { return 80 }}, planned("flow", "loss"), text.Printer{})
		defer p.end()
		p.hear(lab.Progress{Experiment: "loss", Run: 1, Runs: 1})
		p.prepare(text.Say("translating the simulated machine for this processor, once"))
		time.Sleep(20*time.Second + time.Millisecond)
		want := "0/2  translating the simulated machine for this processor, once  20s"
		if got := s.now(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		p.prepare(text.Message{})
		time.Sleep(time.Second)
		p.hear(lab.Progress{Experiment: "loss", Done: true})
		if got, want := s.now(), "1/2    21s, about 4s left"; got != want { // 1 of 1+4 in 1 s
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// TestProgressIsOneLine at every width and in both languages, and nothing is
// left of it in the end.
func TestProgressIsOneLine(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []text.Printer{{}, korean} {
		for width := 5; width <= 120; width++ {
			synctest.Test(t, func(t *testing.T) {
				s := &screen{}
				p := startProgress(&statusLine{s, func() int { return width }}, planned("flow", "loss", "setup", "ordering"), w)
				p.hear(lab.Progress{Experiment: "flow", Done: true})
				for _, id := range []string{"loss", "setup", "ordering"} {
					p.hear(lab.Progress{Experiment: id, Run: 2, Runs: 3})
				}
				p.prepare(text.Say("translating the simulated machine for this processor, once"))
				time.Sleep(time.Minute)
				p.prepare(text.Message{})
				p.end()
				for _, line := range s.lines() {
					if got := text.Width(line); got >= width || strings.Contains(line, "\n") {
						t.Fatalf("%s: %d columns of %d: %q", w.Lang(), got, width, line)
					}
				}
				if got := s.now(); got != "" {
					t.Errorf("left on the screen: %q", got)
				}
			})
		}
	}
}

// TestNoProgress: there is none without a terminal, and a nil one may be told
// everything.
func TestNoProgress(t *testing.T) {
	p := newProgress(&terminal{err: &bytes.Buffer{}}, planned("loss"), text.Printer{}, false)
	if p != nil {
		t.Fatal("progress into a buffer")
	}
	p.hear(lab.Progress{Experiment: "loss"})
	p.prepare(text.Sayf("%s", "something"))
	p.end()
}
