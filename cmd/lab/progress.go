package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"echolab/lab"
	"echolab/lab/text"
)

// progress is one line that tells how far a run is, where somebody sees it. It
// moves every second, and is gone before the results appear. A nil progress
// shows nothing.
type progress struct {
	to    io.Writer
	width func() int // of the terminal, in columns
	words text.Printer
	began time.Time

	mu      sync.Mutex
	tally   tally
	running []lab.Progress
	step    text.Message // what is being made ready, which takes long and happens once

	stop, stopped chan struct{}
}

// newProgress shows the progress of a plan to whoever sits at the terminal.
func newProgress(t *terminal, plan lab.RunOptions, p text.Printer, quiet bool) *progress {
	if quiet || !isTerminal(t.err) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return startProgress(t.err, func() int { return columnsOf(t.err) }, plan, p)
}

// startProgress draws the line, and draws it again every second until end.
func startProgress(to io.Writer, width func() int, plan lab.RunOptions, w text.Printer) *progress {
	p := &progress{
		to: to, width: width, words: w, began: time.Now(), tally: newTally(plan),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	p.draw()
	go p.tick()
	return p
}

// tick lets the seconds pass.
func (p *progress) tick() {
	defer close(p.stopped)
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.draw()
		case <-p.stop:
			return
		}
	}
}

// hear is told of everything that starts, waits or ends.
func (p *progress) hear(news lab.Progress) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.running = slices.DeleteFunc(p.running, func(r lab.Progress) bool { return r.Experiment == news.Experiment })
	if !news.Done && !news.Waits {
		p.running = append(p.running, news)
	}
	p.tally.hear(news)
	p.mu.Unlock()
	p.draw()
}

// making is told what is being made ready; nothing once that is done.
func (p *progress) making(step text.Message) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.step = step
	if step.IsZero() {
		p.tally.began = time.Now() // what was made ready is no measure of what is to come
	}
	p.mu.Unlock()
	p.draw()
}

// end takes the line away.
func (p *progress) end() {
	if p == nil {
		return
	}
	close(p.stop)
	<-p.stopped
	_, _ = io.WriteString(p.to, "\r\x1b[K") // a line that stays is only ugly
}

// draw writes the line over the one before.
func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	// The last column stays free: a line that fills it would make two of one.
	_, _ = io.WriteString(p.to, "\r"+p.line(time.Now(), p.width()-1)+"\x1b[K")
}

// line is what to say at a moment, in so many columns: how many experiments are
// done, what runs now, and the time. What runs is shortened first.
func (p *progress) line(now time.Time, columns int) string {
	done := fmt.Sprintf("%d/%d", p.tally.done, p.tally.of)
	passed := seconds(now.Sub(p.began))
	if left, ok := p.tally.left(now); ok && p.step.IsZero() {
		passed = p.words.Sayf("%s, about %s left", passed, seconds(left))
	}
	doing := p.words.Text(p.step)
	if p.step.IsZero() {
		doing = p.doing()
	}
	room := columns - text.Width(done) - text.Width(passed) - 4
	if room < 4 {
		return fitted(done+"  "+passed, columns)
	}
	return done + "  " + fitted(doing, room) + "  " + passed
}

// doing lists the experiments that run.
func (p *progress) doing() string {
	var all []string
	for _, r := range p.running {
		name := r.Experiment
		switch {
		case r.Again:
			name = p.words.Sayf("%s (again, alone)", name)
		case r.Runs > 1:
			name = p.words.Sayf("%s (run %d of %d)", name, r.Run, r.Runs)
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

// fitted is a text in so many columns at most.
func fitted(line string, columns int) string {
	if text.Width(line) <= columns {
		return line
	}
	if columns < 1 {
		return ""
	}
	short := []rune(line)
	for len(short) > 0 && text.Width(string(short))+1 > columns {
		short = short[:len(short)-1]
	}
	return string(short) + "…"
}

// seconds is a time in whole seconds.
func seconds(d time.Duration) string { return d.Truncate(time.Second).String() }

// columnsOf is the width of a terminal.
func columnsOf(stream any) int {
	if f, ok := stream.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// tally knows how much of a run is done. An experiment that lasts for seconds
// counts as several that do not, and each of its runs as a part of it.
type tally struct {
	began    time.Time
	of, done int
	weights  map[string]float64
	parts    map[string]float64 // how much of each experiment is done, 0 to 1
}

// longWeight is about how many times as long an experiment takes that is said
// to last for seconds.
const longWeight = 4

func newTally(plan lab.RunOptions) tally {
	t := tally{began: time.Now(), of: len(plan.Experiments), weights: map[string]float64{}, parts: map[string]float64{}}
	for _, e := range plan.Experiments {
		t.weights[e.ID] = 1
		if e.Long {
			t.weights[e.ID] = longWeight
		}
	}
	return t
}

func (t *tally) hear(news lab.Progress) {
	switch {
	case news.Done:
		t.parts[news.Experiment] = 1
		t.done++
	case !news.Waits && !news.Again:
		t.parts[news.Experiment] = float64(news.Run-1) / float64(max(news.Runs, 1))
	}
}

// leastShare is the share of a run from which on something can be said about
// the rest.
const leastShare = 0.1

// left is how long the rest will take if it goes on as it went, as far as that
// can be told.
func (t *tally) left(now time.Time) (left time.Duration, ok bool) {
	var done, all float64
	for id, weight := range t.weights {
		all += weight
		done += weight * t.parts[id]
	}
	share := done / cmp.Or(all, 1)
	if share < leastShare || share >= 1 {
		return 0, false
	}
	return time.Duration(float64(now.Sub(t.began)) * (1 - share) / share).Round(time.Second), true
}
