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

	"echolab/lab"
	"echolab/lab/text"
)

// statusLine is one line on a terminal that is written over and over, and is gone
// before results appear. A nil one shows nothing.
type statusLine struct {
	to    io.Writer
	width func() int // of the terminal, in columns
}

// newStatusLine is nil where no person sees the terminal's errors.
func newStatusLine(t *terminal) *statusLine {
	if !isTerminal(t.err) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &statusLine{t.err, func() int { return columnsOf(t.err) }}
}

// show writes a line over the one before.
func (l *statusLine) show(line string) {
	if l != nil {
		_, _ = io.WriteString(l.to, "\r"+text.Cut(line, l.columns())+"\x1b[K")
	}
}

// columns is how long a line may be: one that fills the last column would make
// the terminal begin another one.
func (l *statusLine) columns() int { return l.width() - 1 }

// clear takes the line away.
func (l *statusLine) clear() {
	if l != nil {
		_, _ = io.WriteString(l.to, "\r\x1b[K") // a line that stays is only ugly
	}
}

// everySecond draws at once and as the seconds pass, until end is called, which waits
// for a drawing that is under way.
func everySecond(draw func()) (end func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		every := time.NewTicker(time.Second)
		defer every.Stop()
		for {
			draw()
			select {
			case <-every.C:
			case <-stop:
				return
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// progress tells on a status line how far a run is, and draws it every second. A
// nil progress shows nothing.
type progress struct {
	line  *statusLine
	words text.Printer
	began time.Time

	mu        sync.Mutex
	names     map[string]text.Message // of experiments, by id
	tally     tally
	running   []lab.Progress
	preparing text.Message // a step that takes long, happens once, and comes before all runs

	endTicks func()
}

// newProgress shows the progress of a plan where a person sees it.
func newProgress(t *terminal, plan lab.Plan, p text.Printer, quiet bool) *progress {
	line := newStatusLine(t)
	if quiet || line == nil {
		return nil
	}
	return startProgress(line, plan, p)
}

// startProgress draws the line, and draws it again every second until end.
func startProgress(line *statusLine, plan lab.Plan, w text.Printer) *progress {
	p := &progress{
		line: line, words: w, began: time.Now(), names: map[string]text.Message{}, tally: newTally(plan),
	}
	for _, e := range experimentsOf(plan) {
		p.names[e.ID] = e.Name()
	}
	p.endTicks = everySecond(p.draw)
	return p
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

// prepare is told what is being prepared; an empty step ends that.
func (p *progress) prepare(step text.Message) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.preparing = step
	if step.IsZero() {
		p.tally.began = time.Now() // preparing takes no part in the estimate of what is left
	}
	p.mu.Unlock()
	p.draw()
}

// end takes the line away.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.endTicks()
	p.line.clear()
}

// draw writes the line over the one before.
func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line.show(p.text(time.Now(), p.line.columns()))
}

// text is the line at a moment: how many experiments are done, which run, and
// the time. Where that is too long, titles are left out first.
func (p *progress) text(now time.Time, columns int) string {
	done := fmt.Sprintf("%d/%d", p.tally.done, p.tally.of)
	passed := seconds(now.Sub(p.began))
	if left, ok := p.tally.left(now); ok && p.preparing.IsZero() {
		passed = p.words.Sayf("%s, about %s left", passed, seconds(left))
	}
	room := columns - text.Width(done) - text.Width(passed) - 4
	if room < 4 {
		return done + "  " + passed
	}
	doing := p.words.Text(p.preparing)
	if p.preparing.IsZero() {
		if doing = p.doing(true); text.Width(doing) > room {
			doing = p.doing(false)
		}
	}
	return done + "  " + text.Cut(doing, room) + "  " + passed
}

// doing lists the experiments that run, with their titles or without.
func (p *progress) doing(titles bool) string {
	var all []string
	for _, r := range p.running {
		name := r.Experiment
		if titles {
			name = p.words.Text(p.names[r.Experiment])
		}
		switch {
		case r.Again:
			name = p.words.Sayf("%s again, alone", name)
		case r.Runs > 1:
			name = p.words.Sayf("%s run %d of %d", name, r.Run, r.Runs)
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

// seconds is a time in whole seconds.
func seconds(d time.Duration) string { return d.Truncate(time.Second).String() }

// tally knows how much of a run is done. An experiment that lasts for seconds
// counts as several that do not, and each of its runs as a part of it.
type tally struct {
	began    time.Time
	of, done int
	weights  map[string]float64
	parts    map[string]float64 // how much of each experiment is done, 0 to 1
}

// longWeight is about how many times as long an experiment takes that lasts for more
// than a second.
const longWeight = 4

func newTally(plan lab.Plan) tally {
	t := tally{began: time.Now(), of: len(plan.Items), weights: map[string]float64{}, parts: map[string]float64{}}
	for _, e := range experimentsOf(plan) {
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
