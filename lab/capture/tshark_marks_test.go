package capture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/networks/simulated"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestTsharkMarksTheSameEchoes holds the marks of echoes over a wire that
// loses packets against those of tshark.
func TestTsharkMarksTheSameEchoes(t *testing.T) {
	t.Parallel()
	j := testbed.Job{Experiment: registry.Echo().ID, Options: result.Options{Size: 512}}
	marksAgree(t, registry.Echo(), j, 0.12, resent)
}

// TestTsharkMarksTheSameFloods does the same where one message follows upon
// the other. What a host sends a second time while it also sends something new
// tshark often takes for a packet that was overtaken: it guesses by the time
// since the newest byte. But nothing overtakes anything at the interface where
// it is sent, so there both names mean a retransmission.
func TestTsharkMarksTheSameFloods(t *testing.T) {
	t.Parallel()
	all := registry.All()
	e := all[slices.IndexFunc(all, func(e experiments.Experiment) bool { return e.ID == "loss" })]
	j := testbed.Job{Experiment: e.ID, Options: result.Options{Messages: 20, Size: 512}}
	marksAgree(t, e, j, 0.1, resentOrOvertaken)
}

// marksAgree runs a job with many seeds on a simulated machine, where no time is
// that of a busy machine, and on the system's own TCP, with its other timers.
// There a round trip may take so long that tshark guesses wrong in any case.
func marksAgree(t *testing.T, e experiments.Experiment, j testbed.Job, loss float64, mark string) {
	t.Helper()
	for _, o := range append(wired(t), simulation(t)) {
		mark := mark
		switch {
		case o.Name == "virtual":
			continue // the simulated machine is the same, with another clock
		case o.Elsewhere == nil:
			mark = resentOrOvertaken
		}
		t.Run(o.Name, func(t *testing.T) {
			if err := o.Check(); err != nil {
				t.Skip(err)
			}
			if o.Elsewhere == nil && testing.Short() {
				t.Skip("waits for the timers of TCP")
			}
			t.Parallel()
			marks, file := lossy(t, o, e, j, loss)
			if diff := cmp.Diff(marks, analysed(t, file, mark)); diff != "" {
				t.Errorf("retransmissions differ (-trace +tshark):\n%s", diff)
			}
		})
	}
}

// simulation is the opener of a machine that is there as long as the test.
func simulation(t *testing.T) testbed.Driver {
	t.Helper()
	m := new(simulated.Machine)
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m.Driver()
}

// lossy has one conversation a seed over a wire that loses packets, and
// returns what the traces mark as sent again, and the capture of all.
func lossy(t *testing.T, o testbed.Driver, e experiments.Experiment, j testbed.Job, loss float64) (marks []string, pcapng []byte) {
	t.Helper()
	c := slow
	c.Loss = loss
	var file bytes.Buffer
	w := capture.NewWriter(&file, "test")
	recs := make([]*capture.Recorder, seeds)
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(atOnce(o))
	for i := range recs {
		recs[i] = capture.NewRecorder(10_000)
		g.Go(func() error {
			own, seed := j, uint64(i)
			own.Options.Seed, own.Conditions = seed, wire.Options{Client: c, Server: c, Seed: seed}
			return converse(ctx, o, e, own, func(to wire.Options) testbed.Watch {
				return testbed.Watch{Packets: wire.Taps(recs[i].Tap, w.Wire(fmt.Sprintf("seed %02d", i), to))}
			})
		})
	}
	if err := errors.Join(g.Wait(), w.Close()); err != nil {
		t.Fatal(err)
	}
	return sentAgain(t, recs), file.Bytes()
}

// atOnce is how many conversations to have at once: where they wait for timers
// that is all they do, where they do not they keep a processor busy.
func atOnce(o testbed.Driver) int {
	if o.Elsewhere != nil {
		return runtime.NumCPU()
	}
	return seeds
}

// converse runs the job, over TCP only, wherever the opener has it run.
func converse(ctx context.Context, o testbed.Driver, e experiments.Experiment, j testbed.Job, watch testbed.NewWatch) (err error) {
	j.Transports = []string{transports.TCP.Name}
	if o.Elsewhere != nil {
		_, err = o.Elsewhere(ctx, j, watch)
	} else {
		_, err = e.RunJob(ctx, j, []testbed.Transport{transports.TCP}, o, watch)
	}
	return err
}

// sentAgain lists what the traces mark as sent again.
func sentAgain(t *testing.T, recs []*capture.Recorder) (marks []string) {
	t.Helper()
	for i, rec := range recs {
		packets := rec.Packets()
		if len(packets) == 0 {
			t.Errorf("seed %d: no packets passed", i)
		}
		for _, p := range packets {
			if p.Retransmission {
				marks = append(marks, fmt.Sprintf("seed %02d %s|%d|%d", i, p.Source, p.TCP.RelativeSeq, p.Payload))
			}
		}
	}
	t.Logf("%d segments were sent again", len(marks))
	if len(marks) < seeds/2 {
		t.Errorf("only %d segments were sent again: too few to compare", len(marks))
	}
	slices.Sort(marks)
	return marks
}

// analysed lists what tshark's analysis marks at the interfaces of the senders.
func analysed(t *testing.T, file []byte, mark string) []string {
	t.Helper()
	lines := tshark(t, file, mark+" && "+sentFrom, "frame.interface_name", "ip.src", "tcp.seq", "tcp.len")
	for i, line := range lines {
		name, rest, _ := strings.Cut(line, "|")
		seed, _, _ := strings.Cut(name, " tcp ")
		lines[i] = seed + " " + rest
	}
	slices.Sort(lines)
	return lines
}
