package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"echolab/lab/sweep"
)

// sweepOf is what a sweep finds.
func sweepOf(t *testing.T, args ...string) *sweep.Sweep {
	t.Helper()
	if testing.Short() {
		t.Skip("runs experiments many times")
	}
	var out, errs bytes.Buffer
	args = append([]string{"sweep"}, append(args, "--format", "json")...)
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	s, err := sweep.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// figures are the values of a measurement at each point, of each run.
func figures(t *testing.T, s *sweep.Sweep, id, transport string) map[float64][]float64 {
	t.Helper()
	all := map[float64][]float64{}
	for _, run := range s.Runs {
		x := *s.At(run.Point)[0].Number
		for _, f := range run.Figures {
			if v := f.Cells[transport].Value; f.ID == id && v != nil && f.Cells[transport].CutOff.IsZero() {
				all[x] = append(all[x], v.Number)
			}
		}
	}
	return all
}

// TestSweepLoss: of UDP's echoes (1-p)^2 come back, within what chance allows: 95 of
// 100 runs lie within 1.96 standard deviations of the binomial distribution, which are
// computed here. TCP delivers all. The picture of it is the one in the README.
func TestSweepLoss(t *testing.T) {
	const messages = 100
	s := sweepOf(t, "loss", "--over", "loss=0%:30%:5%", "--seeds", "5", "--messages", strconv.Itoa(messages),
		"--measure", "delivered")
	runs, within := 0, 0
	for x, values := range figures(t, s, "delivered", "udp") {
		p := (1 - x/100) * (1 - x/100)
		for _, v := range values {
			runs++
			if math.Abs(v-100*p) <= 196*math.Sqrt(p*(1-p)/messages)+1e-9 {
				within++
			}
		}
	}
	// Of 35 runs with a chance of 95 % each, 29 or fewer are within for one seed in
	// 100; this one is always the same.
	if runs != 35 || within < 30 {
		t.Errorf("%d of %d runs within the binomial band", within, runs)
	}
	for x, values := range figures(t, s, "delivered", "tcp") {
		if slices.Min(values) != 100 {
			t.Errorf("TCP delivers %v %% at loss %v %%", values, x)
		}
	}
	comparePicture(t, s)
}

// goldenSweep is the picture of a sweep in the README.
const goldenSweep = "../../testdata/sweep/loss.svg"

// comparePicture holds a sweep of loss against the picture in the README.
func comparePicture(t *testing.T, s *sweep.Sweep) {
	t.Helper()
	lesson, err := find([]string{"loss"})
	if err != nil {
		t.Fatal(err)
	}
	var picture bytes.Buffer
	if err := writeSweep(&picture, "svg", lesson[0].Prose, s, sweep.Print{}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(goldenSweep, picture.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenSweep)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, picture.Bytes()) {
		t.Errorf("%s has changed: look at it after go test ./cmd/lab -run TestSweepLoss -update", goldenSweep)
	}
}

// TestSweepReno: Reno's rate falls with loss within a factor of 1.5 of the formulas,
// which are computed here: below 2 % that of Mathis et al. (1997), from there that of
// Padhye et al. (1998), which counts timeouts.
func TestSweepReno(t *testing.T) {
	s := sweepOf(t, "congestion", "--over", "loss=1%,3%", "--seeds", "2", "--congestion", "reno",
		"--measure", "bulk_reno")
	const bits, rtt, rto = 1448 * 8, 0.020, 0.220 // of a segment; seconds
	mathis := func(p float64) float64 { return bits / rtt * math.Sqrt(1.5/p) }
	padhye := func(p float64) float64 {
		return bits / (rtt*math.Sqrt(2*p/3) + rto*3*math.Sqrt(3*p/8)*p*(1+32*p*p))
	}
	all := figures(t, s, "bulk_reno", "tcp")
	for x, want := range map[float64]float64{1: mathis(0.01) / 1e6, 3: padhye(0.03) / 1e6} {
		if len(all[x]) != 2 {
			t.Errorf("%d runs at loss %v %%", len(all[x]), x)
		}
		for _, got := range all[x] {
			if got < want/1.5 || got > want*1.5 {
				t.Errorf("Reno has %.2f Mbit/s at loss %v %%, theory %.2f", got, x, want)
			}
		}
	}
}

// TestSweepSlowStart: a short transfer over TCP takes a handshake and as many round
// trips as slow start needs, also where the queue is shorter than the path.
func TestSweepSlowStart(t *testing.T) {
	s := sweepOf(t, "throughput", "--over", "delay=20ms,100ms", "--seeds", "1", "--quick",
		"--measure", "transfer_10k,transfer_100k")
	// In one-way delays: the handshake has two, data one; before the last window come
	// no other (10 segments hold 10 KB), or three round trips more (70 segments are
	// 10, 20 and 40; a segment of 1420 bytes of data makes them 71).
	for id, want := range map[string][2]float64{"transfer_10k": {3, 3}, "transfer_100k": {7, 9}} {
		for x, values := range figures(t, s, id, "tcp") {
			onLink := 4.0 // ms: 10 KB at 20 Mbit/s
			if id == "transfer_100k" {
				onLink *= 10
			}
			low, high := want[0]*x, want[1]*x+1.1*onLink
			if v := values[0]; v < low || v > high {
				t.Errorf("%s at delay %v ms takes %v ms, theory %v to %v", id, x, v, low, high)
			}
		}
	}
}

// TestSweepRepeat: the command that a sweep tells for a run finds what the run found.
func TestSweepRepeat(t *testing.T) {
	s := sweepOf(t, "loss", "--over", "loss=10%,20%", "--over", "size=64,128", "--seeds", "1",
		"--messages", "30", "--delay", "5ms")
	one := s.Runs[2]
	args := strings.Fields(s.Repeat(one))[1:]
	var out, errs bytes.Buffer
	if code := run(t.Context(), append(args, "--format", "csv"), strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("%v: exit code %d: %s", args, code, &errs)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, f := range one.Figures {
		for transport, c := range f.Cells {
			want, _ := json.Marshal(c.Value)
			for _, row := range rows {
				if row[2] == f.ID && row[4] == transport {
					compared++
					if got := row[5]; got != strings.Trim(string(want), `"`) {
						t.Errorf("%s of %s: %s, in the sweep %s", f.ID, transport, got, want)
					}
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("%d figures were compared", compared)
	}
}

// TestSweepInterrupted: an interruption in the middle, and the same command once more,
// give the bytes of an unbroken run.
func TestSweepInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("runs experiments many times")
	}
	args := []string{"sweep", "loss", "--over", "loss=0%,10%,20%", "--seeds", "3", "--messages", "100", "--format", "json"}
	var whole, part, errs bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &whole, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	kept := filepath.Join(t.TempDir(), "kept.json")
	args = append(args, "--resume", kept)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() { // the first run is kept as soon as it is there
		for ctx.Err() == nil {
			if _, err := os.Stat(kept); err == nil {
				interrupt()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if code := run(ctx, args, strings.NewReader(""), &part, &errs); code != exitInterrupted {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	if !strings.Contains(part.String(), `"missing": `) || !strings.Contains(errs.String(), "the same command goes on") {
		t.Errorf("interrupted: %s\n%.300s", &errs, &part)
	}
	var again bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &again, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	if !bytes.Equal(whole.Bytes(), again.Bytes()) {
		t.Errorf("in two parts it found\n%.2000s\nunbroken\n%.2000s", &again, &whole)
	}
}
