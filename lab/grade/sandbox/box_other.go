//go:build !linux

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"echolab/lab/networks/procnet"
	"echolab/lab/text"
)

// Box is a room for programs; see the package. It is safe for concurrent use. Its
// sockets are those of the machine.
type Box struct {
	net.Dialer
	net.ListenConfig
	limits  Limits
	dir     string // where programs start
	home    string
	waiting sync.WaitGroup
	over    chan struct{} // closed when the box ends

	mu       sync.Mutex
	closed   bool
	programs []*Program
}

// Open opens an empty box. The caller closes it.
func Open(ctx context.Context, r Room) (*Box, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp("", "lab-grade-")
	if err != nil {
		return nil, fmt.Errorf("make a home for the program: %w", err)
	}
	return &Box{limits: r.Limits.withDefaults(), dir: r.Dir, home: home, over: make(chan struct{})}, nil
}

// Examine says how well this machine closes programs off.
func Examine(context.Context) (Mode, error) {
	return Mode{Name: "no namespaces", Open: append(slices.Clone(warnings), openFiles)}, nil
}

// openFiles is missing wherever Linux is.
const openFiles text.Phrase = "files are not closed off here: the program can read and write what the grader can"

// Home is an empty folder in which programs can write.
func (b *Box) Home() string { return b.home }

// Warnings says what this box does not close off, a sentence each.
func (b *Box) Warnings() []text.Phrase { return append(slices.Clone(warnings), openFiles) }

// Isolated reports whether the box has a network of its own.
func (b *Box) Isolated() bool { return false }

// Start starts a program in the box.
func (b *Box) Start(ctx context.Context, c Command) (*Program, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := openPipes()
	if err != nil {
		return nil, fmt.Errorf("open pipes: %w", err)
	}
	prog, err := b.launch(c, p)
	closeFiles(p.theirs)
	if err != nil {
		closeFiles(p.ours)
		return nil, fmt.Errorf("start %s: %w", c.name(), err)
	}
	b.programs = append(b.programs, prog)
	return prog, nil
}

func (b *Box) launch(c Command, p *pipes) (*Program, error) {
	cmd, err := command(c, b.dir, b.limits)
	if err != nil {
		return nil, err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.theirs[0], p.theirs[1], p.theirs[2]
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	release, err := contain(cmd, b.limits)
	if err != nil {
		killTree(cmd)
		_ = cmd.Wait()
		return nil, err
	}
	prog := newProgram(p, c.Keep, b.limits.Output, func() { killTree(cmd) })
	b.waiting.Go(func() {
		_ = cmd.Wait() // its state says more
		prog.finish(exitOf(cmd.ProcessState))
		<-b.over
		release()
	})
	return prog, nil
}

// Close ends everything in the box and waits until it has gone.
func (b *Box) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	for _, p := range b.programs {
		p.kill()
	}
	close(b.over)
	b.waiting.Wait()
	for _, p := range b.programs {
		p.release()
	}
	return RemoveAll(b.home)
}

// Usage is not known on this system.
func (b *Box) Usage() (Usage, error) { return Usage{}, errors.ErrUnsupported }

// Sockets is not known on this system.
func (b *Box) Sockets(string) ([]procnet.Socket, error) { return nil, errors.ErrUnsupported }

// lookPath finds the program: from its own directory, or in PATH.
func lookPath(c Command, dir string) (string, error) {
	if len(c.Args) == 0 || c.Args[0] == "" {
		return "", errors.New("no command")
	}
	if !strings.ContainsAny(c.Args[0], `/\`) {
		return exec.LookPath(c.Args[0])
	}
	path := c.Args[0]
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, err := os.Stat(path); err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
