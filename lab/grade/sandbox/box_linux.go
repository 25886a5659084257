package sandbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"echolab/lab/text"
)

// openTimeout bounds the start of an init, and each of its responses.
const openTimeout = 20 * time.Second

// Box is a room for programs; see the package. It is safe for concurrent use.
type Box struct {
	setup   setup
	plan    plan
	init    *exec.Cmd
	channel *channel
	reading sync.WaitGroup
	closed  atomic.Bool

	asking    sync.Mutex // one request at a time
	responses chan response
	gone      chan struct{} // closed when the init has gone

	mu       sync.Mutex
	programs map[int]*Program
	started  int
	groups   []int // the process groups of the programs

	pool   sync.Mutex
	unused map[socket][]int // sockets that nobody has taken yet
}

type response struct {
	event event
	fds   []int
}

// Open opens an empty box. The caller closes it.
func Open(ctx context.Context, r Room) (*Box, error) {
	p, err := choose(ctx)
	if err != nil {
		return nil, err
	}
	return openPlan(ctx, p, r)
}

// Warnings says what this box does not close off, a sentence each.
func (b *Box) Warnings() []text.Phrase { return b.plan.warnings(b.setup.Drop) }

// Home is an empty folder in which programs can write.
func (b *Box) Home() string {
	if b.plan.rooted {
		return homeFolder
	}
	return b.setup.View.home()
}

// Isolated reports whether the box has a network of its own.
func (b *Box) Isolated() bool { return b.plan.flags&unix.CLONE_NEWNET != 0 }

// read takes in what the init says until it has gone, and all programs with it.
func (b *Box) read() {
	defer func() {
		if !b.closed.Load() { // the init was ended, not the box
			b.killGroups()
		}
		close(b.gone)
		for _, p := range b.all() {
			p.finish(Exit{Signal: "killed"})
		}
	}()
	for {
		var e event
		fds, err := b.channel.receive(&e)
		if err != nil {
			closeDescriptors(fds)
			return
		}
		if e.Exit != nil {
			b.mu.Lock()
			p := b.programs[e.Number]
			b.mu.Unlock()
			if p != nil {
				p.finish(*e.Exit)
			}
			continue
		}
		b.responses <- response{e, fds}
	}
}

// all are the programs that were ever started.
func (b *Box) all() []*Program {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Values(b.programs))
}

// ask sends a request and waits for the response.
func (b *Box) ask(ctx context.Context, r request, fds ...int) ([]int, error) {
	b.asking.Lock()
	defer b.asking.Unlock()
	if err := b.channel.send(r, fds...); err != nil {
		return nil, err
	}
	// The response always comes, or the init goes: ctx must not cut in between,
	// or the next request would get this one's response.
	timeout := time.NewTimer(openTimeout)
	defer timeout.Stop()
	select {
	case got := <-b.responses:
		if err := got.event.err(); err != nil {
			return got.fds, err
		}
		if pid := got.event.Pid; pid != 0 {
			b.mu.Lock()
			b.groups = append(b.groups, pid)
			b.mu.Unlock()
		}
		return got.fds, ctx.Err()
	case <-b.gone:
		return nil, ErrClosed
	case <-timeout.C:
		_ = b.init.Process.Kill()
		return nil, fmt.Errorf("no answer from the sandbox's first process: %w", os.ErrDeadlineExceeded)
	}
}

// Start starts a program in the box.
func (b *Box) Start(ctx context.Context, c Command) (*Program, error) {
	p, err := openPipes()
	if err != nil {
		return nil, fmt.Errorf("open pipes: %w", err)
	}
	b.mu.Lock()
	b.started++
	number := b.started
	prog := newProgram(p, c.Keep, b.setup.Limits.Output, func() { b.kill(number) })
	b.programs[number] = prog
	b.mu.Unlock()
	r := request{Start: &start{Number: number, Args: c.Args, Env: c.Env}}
	_, err = b.ask(ctx, r, int(p.theirs[0].Fd()), int(p.theirs[1].Fd()), int(p.theirs[2].Fd()))
	closeFiles(p.theirs)
	if err != nil {
		b.mu.Lock()
		delete(b.programs, number)
		b.mu.Unlock()
		prog.release()
		return nil, fmt.Errorf("start %s: %w", c.name(), err)
	}
	return prog, nil
}

// kill asks for the end of a program and of what it started.
func (b *Box) kill(number int) {
	_ = b.channel.send(request{Kill: number}) // a box that is gone has no programs
}

// killGroups ends what the init can no longer end, where it does not take all along by
// going itself.
func (b *Box) killGroups() {
	if b.plan.flags != 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, group := range b.groups {
		_ = unix.Kill(-group, unix.SIGKILL)
	}
}

// Close ends everything in the box and waits until it has gone.
func (b *Box) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	b.channel.shutdown() // the init ends at that
	timer := time.AfterFunc(openTimeout, func() {
		b.killGroups()
		_ = b.init.Process.Kill()
	})
	_ = b.init.Wait() // how it ended tells nothing: it is killed by its own hand
	timer.Stop()
	b.reading.Wait()
	err := b.channel.file.Close()
	b.pool.Lock()
	defer b.pool.Unlock()
	for _, fds := range b.unused {
		closeDescriptors(fds)
	}
	clear(b.unused)
	for _, p := range b.all() {
		p.release()
	}
	return errors.Join(err, RemoveAll(b.setup.View.Scratch))
}
