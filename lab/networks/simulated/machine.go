//go:build !wasip1

package simulated

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/sys"

	"echolab/lab/networks/simulated/protocol"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// memoryGoal is from where on Go collects its garbage more often, in the memory of
// one run.
const memoryGoal = "768MiB"

// limits are the bounds of the time of one run.
type limits struct {
	own     time.Duration // of the machine's own time
	stalled time.Duration // of real time in which its own stood still
}

var usual = limits{own: 24 * time.Hour, stalled: 30 * time.Second}

// grace is how long a program that was stopped may take to end, in real time.
const grace = 500 * time.Millisecond

// Machine runs jobs, each on a machine of its own that is switched on for it.
// Its program is translated for this processor when the first job comes. The
// zero value is ready; its methods may be called side by side.
type Machine struct {
	// Told is called before a step that takes long and happens once, and without
	// a step when that is over; may be nil.
	Told func(step text.Message)

	begin sync.Once
	ready chan struct{} // closed when what follows is there
	code  translation
	err   error
}

// Check says why the machine cannot run here: it needs its program, which is in
// this one or has to be built.
func Check() error {
	if len(embedded) > 0 {
		return nil
	}
	_, err := findToolchain()
	return err
}

// Run runs a job and returns what it found. It is a testbed.Driver's Elsewhere.
func (m *Machine) Run(ctx context.Context, j testbed.Job, watch testbed.NewWatch) (testbed.Findings, error) {
	code, err := m.translated(ctx)
	if err != nil {
		return testbed.Findings{}, fmt.Errorf("prepare the simulated machine: %w", err)
	}
	return findUnwatched(watch, func(watch testbed.NewWatch) (testbed.Findings, error) {
		return runOnce(ctx, code, j, watch)
	})
}

// runOnce runs a job on a machine of its own.
func runOnce(ctx context.Context, code translation, j testbed.Job, watch testbed.NewWatch) (testbed.Findings, error) {
	var request bytes.Buffer
	if err := gob.NewEncoder(&request).Encode(protocol.Request{Job: j, Network: Name, Watch: watch != nil}); err != nil {
		return testbed.Findings{}, fmt.Errorf("tell the simulated machine what to do: %w", err)
	}
	return newRun(j.Options.Seed, &request, usual).watch(ctx, code, watch)
}

// Close waits for a translation that is under way, and forgets it. No job may
// be running.
func (m *Machine) Close() error {
	m.begin.Do(func() { m.ready = make(chan struct{}); close(m.ready) })
	<-m.ready
	if m.code.runtime == nil {
		return nil
	}
	return m.code.runtime.Close(context.Background())
}

func (m *Machine) tellf(format text.Phrase, args ...any) {
	if m.Told != nil {
		m.Told(text.Sayf(format, args...))
	}
}

// run is one machine, from being switched on until its program ends.
type run struct {
	clock
	seed   uint64
	stdin  io.Reader
	stderr firstLines
	limits limits
	done   chan error // how the program ended
}

func newRun(seed uint64, stdin io.Reader, l limits) *run {
	return &run{seed: seed, stdin: stdin, limits: l, done: make(chan error, 1)}
}

// watch runs the program, takes its answers, and stops it when ctx ends or when
// it hangs.
func (r *run) watch(ctx context.Context, code translation, watch testbed.NewWatch) (testbed.Findings, error) {
	answers, stdout := io.Pipe()
	go func() {
		err := r.execute(code, stdout)
		_ = stdout.CloseWithError(err) // which never fails
		r.done <- err
	}()
	received := make(chan *protocol.End, 1)
	go func() { received <- receive(answers, watch) }()
	defer answers.Close() //nolint:errcheck // it never fails
	err := r.wait(ctx)
	switch {
	case ctx.Err() != nil:
		return testbed.Findings{}, context.Cause(ctx)
	case err != nil:
		return testbed.Findings{}, err
	}
	return findings(<-received)
}

var (
	errTooLong = errors.New("the simulated machine was stopped: its own time is up")
	errStalled = errors.New("the simulated machine hangs: its clock stands still")
)

// execute runs the program to its end.
func (r *run) execute(code translation, stdout io.Writer) error {
	config := r.install(wazero.NewModuleConfig(), r.seed).
		WithName(""). // many run side by side
		WithArgs(protocol.Program).WithEnv("GOMEMLIMIT", memoryGoal).
		WithStdin(r.stdin).WithStdout(stdout).WithStderr(&r.stderr)
	ctx, free := withMemory(context.Background()) // the clock is what stops it
	defer free()
	m, err := code.runtime.InstantiateModule(ctx, code.module, config)
	if m != nil {
		err = errors.Join(err, m.Close(ctx))
	}
	var exit *sys.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 0:
		return nil
	case err != nil && r.stderr.String() != "":
		return fmt.Errorf("the simulated machine broke down: %s", r.stderr.String())
	}
	return err
}

// wait returns when the program has ended, with the reason if it failed. A program
// that never looks at its clock cannot be stopped: wait gives it up after a moment,
// and it ends with this process. Nor can it be interrupted, so that a collection
// of garbage in this process has to wait for it. The guest's TCP looks at the
// clock for every packet.
func (r *run) wait(ctx context.Context) error {
	look := time.NewTicker(min(r.limits.stalled/10, time.Second/4))
	defer look.Stop()
	last, since := r.Now(), time.Now()
	for {
		select {
		case err := <-r.done:
			return err
		case <-ctx.Done():
			return r.end(context.Cause(ctx))
		case <-look.C:
		}
		switch now := r.Now(); {
		case now > r.limits.own:
			return r.end(errTooLong)
		case now > last:
			last, since = now, time.Now()
		case time.Since(since) > r.limits.stalled:
			return r.end(errStalled)
		}
	}
}

// end stops the program and returns the reason.
func (r *run) end(why error) error {
	r.stop.Store(true)
	select {
	case <-r.done: //nolint:errcheck // it was stopped, and ended as told
	case <-time.After(grace):
	}
	return why
}

// firstLines keeps the beginning of what is written to it.
type firstLines struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

const mostOfStderr = 4096 // bytes

func (f *firstLines) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept.Write(p[:min(len(p), mostOfStderr-f.kept.Len())])
	return len(p), nil
}

// String is the first line that says something.
func (f *firstLines) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	line, _, _ := bytes.Cut(bytes.TrimSpace(f.kept.Bytes()), []byte("\n"))
	return string(line)
}
