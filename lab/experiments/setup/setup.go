// Package setup is the lesson "Handshake". What it tells is in en.md and ko.md.
package setup

import (
	"context"
	"math"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "setup",
	Also:       []string{"handshake", "three-way handshake", "connect", "connection establishment", "SYN"},
	Prose:      experiments.Read("setup"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "duplicate", "corrupt", "rate", "limit"},
	Times:      true,
	Options:    []string{"size"},
	Run:        runSetup,
	Claims:     setupClaims,
}

func runSetup(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	var all map[string]found
	var lostSYN map[string]time.Duration
	g, ctx := errgroup.WithContext(ctx)
	if plain(b.Conditions) {
		connected := make(chan struct{})
		g.Go(func() (err error) {
			defer close(connected)
			lostSYN, err = testbed.Each(ctx, b, false, withoutSYN(b))
			return err
		})
		// What follows is a timer that runs for a second, which disturbs no other connection.
		_ = probe.WaitFor(ctx, connected, headStart(b.Conditions))
	}
	g.Go(func() (err error) {
		all, err = testbed.Each(ctx, b, plain(b.Conditions), openAll(b))
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for name, f := range all {
		f.lostSYN = lostSYN[name]
		all[name] = f
	}
	return experiments.Measure(b.Transports, all, rows(b)...), nil
}

func rows(b *testbed.Bench) []experiments.Row[found] {
	c := b.Conditions
	all := append(timeRows(c), countRows(c)...)
	if plain(c) {
		return append(all, lostSYNRow(c))
	}
	return slices.Insert(all, 2, unansweredRow(c, b.Options.Size))
}

// timeRows are how long connecting and the first reply took.
func timeRows(c wire.Options) []experiments.Row[found] {
	rtt := probe.RoundTrip(c)
	connected := text.Sayf("SYN and SYN-ACK are one round trip (RFC 9293 3.5), RTT = %v", rtt)
	replied := text.Say("handshake + one echo")
	if !plain(c) {
		connected = text.Sayf(
			"median of those that connected, of %d attempts; RTT = %v, a SYN lost costs 1 s (RFC 6298 2.1)",
			attempts, rtt)
		replied = text.Sayf("median of those that had one, of %d attempts", attempts)
	}
	return []experiments.Row[found]{
		{
			ID: "connect_rtts", Label: "Connect", Unit: "RTT", Headline: true, Basis: connected,
			Cell: reached(func(t testbed.Transport, f found) result.Cell {
				handshake := handshakes(t)
				cell := inRTTs(c, f.connected(), sample.connectRTTs)
				if !plain(c) || rtt < probe.LongEnough {
					return cell
				}
				return cell.Expect(handshake, handshake*(1-probe.NearRTT), handshake+probe.NearRTT)
			}),
		},
		{
			ID: "first_reply_rtts", Label: "First reply", Unit: "RTT", Headline: true, Basis: replied,
			Cell: reached(func(t testbed.Transport, f found) result.Cell {
				reply := handshakes(t) + 1
				cell := inRTTs(c, f.answered(), sample.replyRTTs)
				if len(f.answered()) == 0 {
					cell = result.Outcome("no reply")
				}
				if !plain(c) || rtt < probe.LongEnough {
					return cell
				}
				return cell.Expect(reply, reply*(1-probe.NearRTT), reply*(1+probe.NearRTT))
			}),
		},
		{
			ID: "connect", Label: "Connect", Unit: "ms",
			Cell: reached(func(_ testbed.Transport, f found) result.Cell {
				return timeOf(c, f.connected(), func(s sample) float64 { return probe.Milliseconds(s.connect) })
			}),
		},
	}
}

// cellOf makes the cell of a transport of what was found of it.
type cellOf = func(testbed.Transport, found) result.Cell

// reached is a cell that says so where no attempt had a connection.
func reached(cell cellOf) cellOf {
	return func(t testbed.Transport, f found) result.Cell {
		if u := f.unreached(); !u.Reached() {
			return u.NoConnection()
		}
		return cell(t, f)
	}
}

// inRTTs is timeOf in round trips, of which there are none where nothing is delayed.
func inRTTs(c wire.Options, all []sample, f func(sample) float64) result.Cell {
	if probe.RoundTrip(c) == 0 {
		return result.Cell{}
	}
	return timeOf(c, all, f)
}

// timeOf is a time of those samples that have it: the least where only a busy
// machine makes a difference, which only ever adds; else the median, and how far
// they lie apart.
func timeOf(c wire.Options, all []sample, f func(sample) float64) result.Cell {
	xs := values(all, f)
	switch {
	case len(xs) == 0:
		return result.Cell{}
	case plain(c):
		return result.Number(slices.Min(xs))
	}
	spread := result.Spread{Min: slices.Min(xs), Max: slices.Max(xs), Runs: len(xs)}
	return result.Number(theory.Median(xs)).Over(spread)
}

// handshakes is how many round trips pass before data may flow (RFC 9293 3.5).
func handshakes(t testbed.Transport) float64 {
	return probe.Either(t.Connected, 1.0, 0.0)
}

// countRows are what passed the wire before data and told something new.
func countRows(c wire.Options) []experiments.Row[found] {
	// counted is the least of all samples, and what is expected where the wire only
	// delays: low to high packets a handshake.
	counted := func(low, high float64, f func(sample) float64) cellOf {
		return reached(func(t testbed.Transport, all found) result.Cell {
			cell := result.Number(slices.Min(values(all.connected(), f)))
			if !plain(c) {
				return cell
			}
			return cell.Expect(high*handshakes(t), low*handshakes(t), high*handshakes(t))
		})
	}
	return []experiments.Row[found]{
		{ID: "packets_before_data", Label: "Packets before data", Unit: "packets",
			Basis: text.Say("SYN, SYN-ACK, ACK; the last may carry the data"),
			Cell:  counted(2, 3, func(s sample) float64 { return float64(s.packets) })},
		{ID: "syn_windows", Label: "Windows announced", Unit: "packets",
			Basis: text.Say("each side's SYN (RFC 9293 3.5)"),
			Cell:  counted(2, 2, func(s sample) float64 { return float64(s.windows) })},
		{ID: "syn_acknowledged", Label: "First numbers known", Unit: "count",
			Basis: text.Say("each side's first number plus one"),
			Cell:  counted(2, 2, func(s sample) float64 { return float64(s.acked) })},
	}
}

// unansweredRow is the row about attempts that came to nothing: no connection, or no
// reply to the first message.
func unansweredRow(c wire.Options, size int) experiments.Row[found] {
	return experiments.Row[found]{
		ID: "unanswered", Label: "First message unanswered", Unit: "count", Headline: true,
		Cell: func(t testbed.Transport, f found) result.Cell {
			return expectUnanswered(result.Number(attempts-len(f.answered())), t, c, size)
		},
	}
}

// leastSYNs is how many SYNs every system sends within the patience to connect:
// after 0, 1, 3, 7 and 15 s (RFC 6298 2.1 and 5.5). Linux since 6.5 sends more.
const leastSYNs = 5

// expectUnanswered says how many of the attempts should come to nothing.
func expectUnanswered(cell result.Cell, t testbed.Transport, c wire.Options, size int) result.Cell {
	unanswered, ok := firstUnanswered(c, size)
	if t.Connected {
		unanswered, ok = noHandshake(c)
	}
	if !ok {
		return cell
	}
	low, high := theory.Interval(attempts, unanswered, probe.Confidence)
	expected := attempts * unanswered
	if t.Connected && unanswered < 1 { // then it is at most that: some systems send more SYNs
		low, expected = 0, math.Floor(expected)
	}
	return cell.Expect(expected, float64(low), float64(high)).Because(text.Sayf(
		"of %d attempts: UDP 1-(1-p)(1-q), binomial 99.9 %%; TCP none, unless %d SYNs are lost", attempts, leastSYNs))
}

// firstUnanswered is the chance that no echo of a first message comes back. A
// message of one packet is the first of its wire, and so is its echo, if nothing
// is copied: then all that counts is the share that is dropped in the long run,
// of bursts and exact counts, too.
func firstUnanswered(c wire.Options, size int) (p float64, ok bool) {
	if p, ok := probe.Survival(c, size); ok {
		return 1 - p, true
	}
	only := func(l link.Conditions) bool { return len(l.Drop) == 0 && l.Rate == 0 && l.Duplicate == 0 }
	if !only(c.Client) || !only(c.Server) || theory.Fragments(size, testbed.DefaultMTU) > 1 {
		return 0, false
	}
	return 1 - (1-c.Client.DropChance())*(1-c.Server.DropChance()), true
}

// noHandshake is the chance that no handshake of leastSYNs comes through. Bursts
// lose several SYNs together, and what is copied has two chances.
func noHandshake(c wire.Options) (p float64, ok bool) {
	if !probe.Independent(c.Client) || !probe.Independent(c.Server) || probe.Copied(c) {
		return 0, false
	}
	return theory.NoHandshake(probe.LostTo(c.Client), probe.LostTo(c.Server), leastSYNs), true
}

// lostSYNRow is the row about connecting when the first packet is lost. One timeout
// passes, and no second one: after the first second Linux waits another, others two.
// UDP sends no packet to connect, and so waits for none.
func lostSYNRow(c wire.Options) experiments.Row[found] {
	rtt, timeout := probe.Milliseconds(probe.RoundTrip(c)), probe.Milliseconds(probe.FirstTimeout)
	return experiments.Row[found]{
		ID: "connect_lost_syn", Label: "Connect, SYN lost", Unit: "ms",
		Basis: text.Say("TCP: the first timeout is 1 s (RFC 6298 2.1), then one round trip; " +
			"UDP: less than one round trip"),
		Cell: func(t testbed.Transport, f found) result.Cell {
			cell := result.Number(probe.Milliseconds(f.lostSYN))
			switch {
			case t.Connected:
				return cell.Expect(timeout+rtt, timeout+rtt-probe.Milliseconds(tick), (timeout+rtt)*(1+probe.NearRTT))
			case probe.RoundTrip(c) >= probe.LongEnough:
				return cell.Expect(0, 0, rtt)
			}
			return cell
		},
	}
}

// tick is how much a system's timer may be early, which counts in clock ticks
// of 10 ms at most.
const tick = 10 * time.Millisecond

// plain reports whether the wire only delays, so that times can be predicted.
func plain(c wire.Options) bool {
	only := func(l link.Conditions) bool {
		return l.Loss == 0 && l.Burst == link.Burst{} && l.Exact == link.Exact{} && len(l.Drop) == 0 &&
			l.Jitter == 0 && l.Corrupt == 0 && l.Duplicate == 0 && l.Rate == 0
	}
	return only(c.Client) && only(c.Server)
}
