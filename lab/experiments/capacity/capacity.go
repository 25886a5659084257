// Package capacity is the lesson "Capacity without loss". What it tells is in en.md and ko.md.
package capacity

import (
	"context"
	"fmt"
	"math"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:      "capacity",
	Also:    []string{"loss-free rate", "packet rate", "RFC 2544"},
	Prose:   experiments.Read("capacity"),
	Place:   experiments.OnLocalhost,
	Alone:   true,
	Options: []string{"size"},
	Run:     runCapacity,
}

// capacitySizes are the bytes of the messages to look at: small, the default, a
// full packet, several packets. A brief search looks at messages of the run's own
// size only.
var capacitySizes = []int{64, 512, 1400, 8192}

// How long trials take. A rate counts after one of a second at least; RFC 2544
// section 24 asks for a minute.
const (
	lastTrial  = time.Second
	briefTrial = 300 * time.Millisecond
	// trialPart is how long a trial sends until it looks at what was lost.
	trialPart = 100 * time.Millisecond
	// streamParts is in how many parts a stream is watched, which cannot lose, and
	// of which nothing is to be searched.
	streamParts = 5
)

// effortOf is how much a search takes: `lab compare capacity` makes one that finds
// the same again. Beside other experiments, and with --quick, a brief one is made,
// and its rows say so.
func effortOf(o result.Options) effort {
	if o.Quick || !o.Named {
		return effort{
			short: trialPart / 2, full: briefTrial, of: 1, near: 1.25, nearShort: 1.25,
			part: 30 * time.Millisecond, brief: true,
		}
	}
	return effort{short: trialPart, full: lastTrial, of: 3, near: 1.05, nearShort: 1.1, part: 2 * trialPart}
}

func runCapacity(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	own, err := searchAll(ctx, b, b.Options.Size)
	if err != nil {
		return nil, err
	}
	measured := experiments.Measure(b.Transports, own, rows(b.Options.Size)...)
	effort := effortOf(b.Options)
	if lasts := text.Figure(effort.full.Seconds()); effort.brief {
		measured[0].Label = text.Sayf("Rate without loss for %s s", lasts)
		measured[1].Label = text.Sayf("Messages without loss for %s s", lasts)
	}
	for _, size := range capacitySizes {
		found := own
		if size != b.Options.Size {
			if effort.brief {
				continue
			}
			if found, err = searchAll(ctx, b, size); err != nil {
				return nil, err
			}
		}
		measured = append(measured, ofSize(size, effort, experiments.Measure(b.Transports, found, rows(size)...))...)
	}
	return measured, nil
}

// rows are what the lesson measures with messages of one size.
func rows(size int) []experiments.Row[lossFree] {
	return []experiments.Row[lossFree]{
		{ID: "loss_free_rate", Label: "Rate without loss", Unit: "Mbit/s", Headline: true,
			Cell: func(t testbed.Transport, f lossFree) result.Cell { return f.cell(t, size, float64(size)*8/1e6) }},
		{ID: "loss_free_messages", Label: "Messages without loss", Unit: "1/s", Headline: true,
			Cell: func(t testbed.Transport, f lossFree) result.Cell { return f.cell(t, size, 1) }},
	}
}

// ofSize are the two rows as those of one size.
func ofSize(size int, e effort, rows []result.Measurement) []result.Measurement {
	rows[0].Label = text.Sayf("Rate without loss, messages of %d bytes", size)
	rows[1].Label = text.Sayf("Messages without loss, of %d bytes", size)
	if lasts := text.Figure(e.full.Seconds()); e.brief {
		rows[0].Label = text.Sayf("Rate without loss for %s s, messages of %d bytes", lasts, size)
		rows[1].Label = text.Sayf("Messages without loss for %s s, of %d bytes", lasts, size)
	}
	for i := range rows {
		rows[i].ID, rows[i].Headline = fmt.Sprintf("%s_%d", rows[i].ID, size), false
	}
	return rows
}

// cell is the rate that passed, in a row's unit, and between what the limit lies.
func (f lossFree) cell(t testbed.Transport, size int, unit float64) result.Cell {
	cell := result.Number(f.rate * unit)
	switch {
	case !fits(t, size):
		return result.Outcome("message too long")
	case f.rate == 0:
		return cell.CutShort(text.Say("no rate that was tried is without loss for as long as the last trial"))
	case math.IsInf(f.most, 1): // the sender is the limit
		return cell
	}
	return cell.Over(result.Spread{Min: f.least * unit, Max: f.most * unit, Runs: 2})
}

// fits reports whether a transport takes messages of a size.
func fits(t testbed.Transport, size int) bool { return t.Stream || size <= theory.LargestDatagram }

// searchAll finds the rate without loss of every transport, one after the other.
func searchAll(ctx context.Context, b *testbed.Bench, size int) (map[string]lossFree, error) {
	return testbed.Each(ctx, b, true, func(ctx context.Context, t testbed.Transport) (lossFree, error) {
		if !fits(t, size) {
			return lossFree{}, nil
		}
		found, err := searchOne(ctx, b, t, size)
		if err != nil {
			err = fmt.Errorf("messages of %d bytes: %w", size, err)
		}
		return found, err
	})
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
	defer probe.Close(n, &err)
	flow, err := probe.OpenBulkFlow(ctx, n, t)
	if err != nil {
		return found, err
	}
	defer probe.Close(flow, &err)
	effort := effortOf(b.Options)
	if t.Reliable {
		return watchStream(ctx, flow, size, effort.part)
	}
	return trialOf(ctx, flow, size).search(effort)
}

// watchStream is how fast a stream is, on the whole and in its slowest and its
// fastest part.
func watchStream(ctx context.Context, flow *probe.BulkFlow, size int, part time.Duration) (found lossFree, err error) {
	var all probe.ThroughputSample
	slowest, fastest := math.Inf(1), 0.0
	for range streamParts {
		f, err := flow.SendFor(ctx, size, part, nil)
		if err != nil {
			return found, err
		}
		all = all.Plus(f)
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
func trialOf(ctx context.Context, flow *probe.BulkFlow, size int) trial {
	return func(rate float64, lasts time.Duration) (sent, lost float64, err error) {
		var pace *probe.Pacer
		mayLose := math.Inf(1) // bytes
		if !math.IsInf(rate, 1) {
			every := time.Duration(float64(time.Second) / rate)
			pace = &probe.Pacer{Every: every, Burst: 1 + int(catchUp/every)}
			mayLose = allowedLoss * rate * lasts.Seconds() * float64(size)
		}
		var all probe.ThroughputSample
		for part := min(trialPart, lasts); all.Sending < lasts-part/2; {
			f, err := flow.SendFor(ctx, size, part, pace)
			if err != nil {
				return 0, 1, err
			}
			if all = all.Plus(f); float64(all.Sent-all.Got) > mayLose {
				break
			}
		}
		if all.Sent == 0 {
			return 0, 1, nil
		}
		return float64(all.Sent) / float64(size) / all.Sending.Seconds(), 1 - float64(all.Got)/float64(all.Sent), nil
	}
}
