package sandbox

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Program is a started program. It is safe for concurrent use.
type Program struct {
	Stdin  io.WriteCloser // a pipe; the caller closes it
	Stdout *Capture
	Stderr *Capture

	kill func() // ends it and what it started
	done chan struct{}
	exit Exit

	output  atomic.Int64 // bytes on both outputs
	limit   int64
	tooMuch atomic.Bool
	killed  atomic.Bool // by Kill
	readers sync.WaitGroup
	pipes   *pipes
	once    sync.Once
}

// Done is closed when the program has ended.
func (p *Program) Done() <-chan struct{} { return p.done }

// Ended is how the program ended; false while it runs.
func (p *Program) Ended() (Exit, bool) {
	select {
	case <-p.done:
		return p.exit, true
	default:
		return Exit{}, false
	}
}

// Kill ends the program. Done is closed soon after.
func (p *Program) Kill() {
	if _, over := p.Ended(); !over {
		p.killed.Store(true)
	}
	p.kill()
}

// Killed reports whether Kill came before the program had ended, so that the
// end tells nothing about the program.
func (p *Program) Killed() bool { return p.killed.Load() }

// pipes are the three pipes between a box and a program.
type pipes struct {
	theirs [3]*os.File // for the program: stdin, stdout, stderr
	ours   [3]*os.File
}

func openPipes() (*pipes, error) {
	var p pipes
	for i := range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			closeFiles(p.theirs)
			closeFiles(p.ours)
			return nil, err
		}
		if p.theirs[i], p.ours[i] = w, r; i == 0 {
			p.theirs[i], p.ours[i] = r, w
		}
	}
	return &p, nil
}

// closeFiles closes files; a nil one does nothing.
func closeFiles(files [3]*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}

// newProgram begins to read the program's outputs. finish tells it the end.
func newProgram(p *pipes, keep int, limit int64, kill func()) *Program {
	prog := &Program{
		Stdin:  p.ours[0],
		Stdout: newCapture(keep), Stderr: newCapture(0),
		kill: kill, done: make(chan struct{}), limit: limit,
		pipes: p,
	}
	prog.readers.Go(func() { prog.Stdout.drain(p.ours[1], prog.counted) })
	prog.readers.Go(func() { prog.Stderr.drain(p.ours[2], prog.counted) })
	return prog
}

// counted kills a program that prints too much.
func (p *Program) counted(n int) {
	if p.output.Add(int64(n)) > p.limit && p.tooMuch.CompareAndSwap(false, true) {
		p.kill()
	}
}

// finish records the end.
func (p *Program) finish(e Exit) {
	p.once.Do(func() {
		if p.tooMuch.Load() {
			e.Limit = LimitOutput
		}
		p.exit = e
		close(p.done)
	})
}

// Flush waits until all that the program printed is in Stdout and Stderr: when
// it and whatever it started have closed their ends, or until wait is over.
func (p *Program) Flush(wait time.Duration) {
	until := time.Now().Add(wait)
	_ = p.pipes.ours[1].SetReadDeadline(until)
	_ = p.pipes.ours[2].SetReadDeadline(until)
	p.readers.Wait()
}

// release closes the pipes; it is called when the program is gone.
func (p *Program) release() {
	_ = p.Stdin.Close()
	p.Flush(time.Second)
	closeFiles(p.pipes.ours)
}
