package simulated

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// theMachine is translated once for all tests.
var theMachine Machine

func TestMain(m *testing.M) {
	code := m.Run()
	if err := theMachine.Close(); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// job is a connection over a lossy wire of 20 ms there and back.
func job(seed uint64) testbed.Job {
	c := link.Conditions{Delay: 10 * time.Millisecond, Loss: 0.2}
	return testbed.Job{
		Experiment: "echo", Transports: []string{"tcp", "udp"},
		Options:    result.Options{Seed: seed, Messages: 10, Size: 100},
		Conditions: wire.Options{Client: c, Server: c, Seed: seed},
	}
}

// witness keeps what passes over all wires of a job.
type witness struct {
	mu     sync.Mutex
	wires  int
	events []wire.Event
}

func (w *witness) newWatch(wire.Options) testbed.Watch {
	w.wires++
	return testbed.Watch{Packets: func(e wire.Event) {
		w.mu.Lock()
		defer w.mu.Unlock()
		e.Packet = append([]byte(nil), e.Packet...)
		w.events = append(w.events, e)
	}}
}

func watched(t *testing.T, j testbed.Job) (testbed.Findings, []wire.Event) {
	t.Helper()
	var w witness
	found, err := theMachine.Run(t.Context(), j, w.newWatch)
	if err != nil {
		t.Fatal(err)
	}
	if w.wires == 0 || len(w.events) == 0 {
		t.Fatalf("%d packets passed over %d wires", len(w.events), w.wires)
	}
	return found, w.events
}

// TestTheSameSeedTheSameBytes: what was found and every byte of every packet
// are the same, also while the processor has other work, and differ with
// another seed.
func TestTheSameSeedTheSameBytes(t *testing.T) {
	found, packets := watched(t, job(7))
	var stop atomic.Bool
	var busy sync.WaitGroup
	for range 4 {
		busy.Go(func() {
			for !stop.Load() {
			}
		})
	}
	again, samePackets := watched(t, job(7))
	stop.Store(true)
	busy.Wait()
	if diff := cmp.Diff(found, again); diff != "" {
		t.Errorf("the same seed found something else (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(packets, samePackets); diff != "" {
		t.Errorf("with the same seed other packets passed (-first +second):\n%s", diff)
	}
	if _, others := watched(t, job(8)); cmp.Equal(packets, others) {
		t.Error("another seed made the same packets pass")
	}
}

// TestNothingIsLate: a packet is handed over when its link says, give or take
// the moment that the program takes to look at its clock.
func TestNothingIsLate(t *testing.T) {
	_, packets := watched(t, job(1))
	for _, e := range packets {
		if e.Late > 10*time.Microsecond {
			t.Errorf("packet %d was %v late", e.Number, e.Late)
		}
	}
}

func TestWhatCannotRun(t *testing.T) {
	j := job(1)
	j.Experiment = "moon"
	_, err := theMachine.Run(t.Context(), j, nil)
	if err == nil || !strings.Contains(err.Error(), `no experiment "moon"`) {
		t.Errorf("an unknown experiment: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	if _, err := theMachine.Run(ctx, job(1), nil); !errors.Is(err, why) {
		t.Errorf("a run that was broken off before it began: %v", err)
	}
}

// TestBadPrograms: whatever a program does, its run ends soon, and says why.
// No garbage is collected meanwhile, for that would wait for a program that only
// computes, and all else with it.
func TestBadPrograms(t *testing.T) {
	code := translated(t, "./lab/networks/simulated/testdata/hang")
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, tc := range []struct {
		does   string
		limits limits
		says   string
	}{
		{"wait for nobody", usual, "all goroutines are asleep"},
		{"panic", usual, "panic: oh no"},
		{"sleep for ever", usual, errTooLong.Error()},
		{"poll for ever", limits{own: time.Millisecond, stalled: time.Minute}, errTooLong.Error()},
		{"compute", limits{own: time.Hour, stalled: 300 * time.Millisecond}, errStalled.Error()},
		{"hoard", usual, "out of memory"},
		{"say nothing", usual, errNoAnswer.Error()},
	} {
		t.Run(tc.does, func(t *testing.T) {
			r := newRun(1, strings.NewReader(tc.does), tc.limits)
			if _, err := r.watch(t.Context(), code, nil); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("it ended with %v, want %q", err, tc.says)
			}
		})
	}
}

// TestInterrupt: a run ends within a second of its context.
func TestInterrupt(t *testing.T) {
	code := translated(t, "./lab/networks/simulated/testdata/hang")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r := newRun(1, strings.NewReader("poll for ever"), limits{own: 1 << 62, stalled: time.Minute})
	_, err := r.watch(ctx, code, nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
	deadline, _ := ctx.Deadline()
	if late := time.Since(deadline); late > time.Second {
		t.Errorf("it ended %v after its context", late)
	}
}

// translated builds a program and makes this processor's code of it, which stays
// open: a program that was given up may still run.
func translated(t *testing.T, program string) translation {
	t.Helper()
	tools, err := findToolchain()
	if err != nil {
		t.Skip(err)
	}
	file := filepath.Join(t.TempDir(), "program.wasm")
	if err := tools.build(t.Context(), program, file); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	code, err := translateProgram(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
