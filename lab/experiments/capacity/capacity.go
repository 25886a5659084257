// Package capacity is the lesson "Capacity without loss". What it tells is in en.md and ko.md.
package capacity

import (
	"context"
	"embed"

	"fmt"
	"math"
	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "capacity",
	Also:  []string{"loss-free rate", "packet rate", "RFC 2544"},
	Prose: experiments.Read(pages),
	Place: experiments.OnLocalhost,
	Alone: true,
	Run:   runCapacity,
}

// capacitySizes are the bytes of the messages to look at: small, the default, a
// full packet, several packets. Beside other experiments, and in a hurry, it is
// those of the run alone.
var capacitySizes = []int{64, 512, 1400, 8192}

// How long trials take. A rate counts after one of a second at least; RFC 2544
// section 24 asks for a minute.
const (
	lastTrial  = time.Second
	quickTrial = 200 * time.Millisecond
	// trialPart is how long a trial sends until it looks at what was lost.
	trialPart = 100 * time.Millisecond
	// streamParts is in how many parts a stream is watched, which cannot lose, and
	// of which nothing is to be searched.
	streamParts = 5
)

// effortOf is how much a search takes: who asked for it by name gets one that finds
// the same again, beside other experiments it is shorter.
func effortOf(o result.Options) effort {
	e := effort{short: trialPart, full: lastTrial, of: 1, near: 1.25, part: 30 * time.Millisecond}
	switch {
	case o.Quick:
		e.full = quickTrial
	case o.Named:
		e.of, e.near, e.part = 3, 1.05, 2*trialPart
	}
	return e
}

func runCapacity(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	if b.Options.Quick {
		b.Warnf("the last trial took %s s only; a rate without loss is one of a second at least",
			text.Figure(quickTrial.Seconds()))
	}
	own := result.Row("loss_free_rate", "Rate without loss", "Mbit/s")
	ownMessages := result.Row("loss_free_messages", "Messages without loss", "1/s")
	rows := []*result.Measurement{own, ownMessages}
	if !slices.Contains(capacitySizes, b.Options.Size) {
		if err := searchAll(ctx, b, b.Options.Size, own, ownMessages); err != nil {
			return nil, err
		}
	}
	for _, size := range capacitySizes {
		if (b.Options.Quick || !b.Options.Named) && size != b.Options.Size {
			continue
		}
		rate := result.Row(fmt.Sprintf("loss_free_rate_%d", size), "", "Mbit/s")
		messages := result.Row(fmt.Sprintf("loss_free_messages_%d", size), "", "1/s")
		rate.Label = text.Sayf("Rate without loss, messages of %d bytes", size)
		messages.Label = text.Sayf("Messages without loss, of %d bytes", size)
		if err := searchAll(ctx, b, size, rate, messages); err != nil {
			return nil, err
		}
		if size == b.Options.Size {
			own.Values, own.Spread, own.CutOff = rate.Values, rate.Spread, rate.CutOff
			ownMessages.Values, ownMessages.Spread, ownMessages.CutOff = messages.Values, messages.Spread, messages.CutOff
		}
		rows = append(rows, rate, messages)
	}
	return result.Rows(2, rows...), nil
}

// searchAll finds the rate without loss of every transport, one after the other.
func searchAll(ctx context.Context, b *testbed.Bench, size int, rate, messages *result.Measurement) error {
	for _, t := range b.Transports {
		if !t.Stream && size > theory.LargestDatagram {
			rate.Set(t.Name, result.Word("message too long"))
			messages.Set(t.Name, result.Word("message too long"))
			continue
		}
		found, err := searchOne(ctx, b, t, size)
		if err != nil {
			return fmt.Errorf("%s, messages of %d bytes: %w", t.Name, size, err)
		}
		found.note(messages, t, 1)
		found.note(rate, t, float64(size)*8/1e6)
	}
	return nil
}

// searchOne finds the rate without loss of one transport, through one socket. A
// reliable one is just watched.
func searchOne(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, size int,
) (found lossFree, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return found, err
	}
	w, err := probe.OpenOneWay(ctx, n, t, 0)
	if err != nil {
		return found, err
	}
	defer probe.Close(w, &err)
	effort := effortOf(b.Options)
	if t.Reliable {
		return watchStream(ctx, w, size, effort.part)
	}
	return trialOf(ctx, w, size).search(effort)
}

// watchStream is how fast a stream is, on the whole and in its slowest and its
// fastest part.
func watchStream(ctx context.Context, w *probe.OneWay, size int, part time.Duration) (found lossFree, err error) {
	var all probe.Flood
	slowest, fastest := math.Inf(1), 0.0
	for range streamParts {
		f, err := probe.FloodInto(ctx, w, size, part, nil)
		if err != nil {
			return found, err
		}
		all = all.And(f)
		slowest, fastest = min(slowest, f.Arrived()), max(fastest, f.Arrived())
	}
	bits := float64(8 * size)
	return lossFree{rate: all.Arrived() / bits, least: slowest / bits, most: fastest / bits}, nil
}

// catchUp is how much a sender that slept too long may make up for at once. It
// sleeps between messages, so that the reader gets a processor: one that watches
// the clock instead keeps the processor on which the system woke the reader.
const catchUp = time.Millisecond

// trialOf makes trials with messages of one size through one socket. A trial ends
// early when it has lost so much that nothing can save it.
func trialOf(ctx context.Context, w *probe.OneWay, size int) trial {
	return func(rate float64, lasts time.Duration) (sent, lost float64, err error) {
		var pace *probe.Pacer
		mayLose := math.Inf(1) // bytes
		if !math.IsInf(rate, 1) {
			every := time.Duration(float64(time.Second) / rate)
			pace = &probe.Pacer{Every: every, Burst: 1 + int(catchUp/every)}
			mayLose = allowedLoss * rate * lasts.Seconds() * float64(size)
		}
		var all probe.Flood
		for all.Sending < lasts-trialPart/2 {
			f, err := probe.FloodInto(ctx, w, size, min(trialPart, lasts), pace)
			if err != nil {
				return 0, 1, err
			}
			if all = all.And(f); float64(all.Sent-all.Got) > mayLose {
				break
			}
		}
		if all.Sent == 0 {
			return 0, 1, nil
		}
		return float64(all.Sent) / float64(size) / all.Sending.Seconds(), 1 - float64(all.Got)/float64(all.Sent), nil
	}
}
