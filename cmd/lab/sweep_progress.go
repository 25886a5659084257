//go:build !wasip1

package main

import (
	"sync"
	"time"

	"echolab/lab/sweep"
	"echolab/lab/text"
)

// sweepProgress tells on a status line how far a sweep is. A nil one shows nothing.
type sweepProgress struct {
	line  *statusLine
	words text.Printer

	mu        sync.Mutex
	began     time.Time
	before    int // runs that were there
	done, all int
	preparing text.Message

	endTicks func()
}

func newSweepProgress(t *terminal, o sweep.Print) *sweepProgress {
	line := newStatusLine(t)
	if o.Quiet || line == nil {
		return nil
	}
	p := &sweepProgress{line: line, words: o.Words, began: time.Now(), before: -1}
	p.endTicks = everySecond(p.draw)
	return p
}

// hear is told how many runs are done.
func (p *sweepProgress) hear(done, all int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	if p.before < 0 {
		p.before, p.began = done, time.Now()
	}
	p.done, p.all = done, all
	p.mu.Unlock()
	p.draw()
}

// prepare is told what is being prepared; an empty step ends that.
func (p *sweepProgress) prepare(step text.Message) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.preparing = step
	p.mu.Unlock()
	p.draw()
}

// end takes the line away.
func (p *sweepProgress) end() {
	if p == nil {
		return
	}
	p.endTicks()
	p.line.clear()
}

// draw writes the line over the one before.
func (p *sweepProgress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line.show(p.text(time.Since(p.began)))
}

// text is the line when so much time has passed.
func (p *sweepProgress) text(passed time.Duration) string {
	made := p.done - p.before // since the line was drawn first
	switch {
	case !p.preparing.IsZero():
		return p.words.Text(p.preparing) + "  " + seconds(passed)
	case p.all == 0:
		return seconds(passed)
	}
	done := p.words.Sayf("%d of %d runs", p.done, p.all) + "  "
	if made < 1 || p.done == p.all {
		return done + seconds(passed)
	}
	left := time.Duration(float64(passed) / float64(made) * float64(p.all-p.done)).Round(time.Second)
	return done + p.words.Sayf("%s, about %s left", seconds(passed), seconds(left))
}
