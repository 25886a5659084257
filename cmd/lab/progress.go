package main

import (
	"slices"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"

	"echolab/lab"
)

// progress is one line that tells how far a run is, where somebody sees it.
// It is gone before the results appear.
type progress struct {
	t       *terminal
	mu      sync.Mutex
	bar     *progressbar.ProgressBar // nil where nobody sees it
	running []string
}

func newProgress(t *terminal, quiet bool) *progress {
	p := &progress{t: t}
	if !quiet && isTerminal(t.err) {
		p.bar = progressbar.NewOptions(1,
			progressbar.OptionSetWriter(t.err),
			progressbar.OptionSetWidth(10),
			progressbar.OptionShowCount(),
			progressbar.OptionSetElapsedTime(true),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// hear is told of every experiment that starts or ends.
func (p *progress) hear(news lab.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		return
	}
	p.bar.ChangeMax(news.Of)
	if news.Done {
		p.running = slices.DeleteFunc(p.running, func(id string) bool { return id == news.Experiment })
		p.bar.Add(1) //nolint:errcheck // a line that cannot be drawn is not missed
	} else {
		p.running = append(p.running, news.Experiment)
	}
	p.bar.Describe(shortened(strings.Join(p.running, ", "), narrowest))
}

// step is told what is being made ready, which takes long and happens once.
func (p *progress) step(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Describe(what)
	}
}

// shortened is a line of ids cut to so many columns, so that the bar beside it
// stays on its line.
func shortened(line string, columns int) string {
	if len(line) <= columns {
		return line
	}
	return line[:columns-3] + "..."
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Finish() //nolint:errcheck // as above
		p.bar.Clear()  //nolint:errcheck // as above
	}
}
