// Package peer runs programs of other people and other languages, so that
// tests can let ours talk to them.
//
// Our own peers are in testdata/peers. The documents' programs are taken out
// of their texts at test time, where these lie beside the checkout.
package peer

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// patience is how long a program may take for what a test waits for.
const patience = 20 * time.Second

// Process is a program that runs until it ends or the test does.
type Process struct {
	t     testing.TB
	name  string
	stdin io.WriteCloser
	lines chan string // what it prints, line by line
}

// Start runs a command until the test ends. Where the command's program is
// not there, the test is skipped with a word.
func Start(t testing.TB, command ...string) *Process {
	t.Helper()
	path, err := exec.LookPath(command[0])
	if err != nil {
		t.Skipf("%s is not here: %v", command[0], err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, path, command[1:]...)
	cmd.WaitDelay = time.Second
	group(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", command[0], err)
	}
	p := &Process{t: t, name: command[0], stdin: stdin, lines: make(chan string, 100)}
	read := make(chan struct{})
	go func() { p.read(out); close(read) }()
	ended := make(chan struct{})
	go func() { cmd.Wait(); in.Close(); close(ended) }() //nolint:errcheck // most are killed
	t.Cleanup(func() { cancel(); out.Close(); <-ended; <-read })
	return p
}

// read passes on what the program prints. Lines that find no room are dropped.
func (p *Process) read(out io.Reader) {
	defer close(p.lines)
	for s := bufio.NewScanner(out); s.Scan(); {
		select {
		case p.lines <- s.Text():
		default:
		}
	}
}

// Port is the port that the program prints as its first line.
func (p *Process) Port() string {
	p.t.Helper()
	return strings.TrimSpace(p.Line(""))
}

// Line waits for the next line that contains part, and returns it.
func (p *Process) Line(part string) string {
	p.t.Helper()
	var before []string
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-p.lines:
			if ok && strings.Contains(line, part) {
				return line
			}
			if !ok {
				p.t.Fatalf("%s ended without printing %q, but %q", p.name, part, before)
			}
			before = append(before, line)
		case <-timeout:
			p.t.Fatalf("%s did not print %q within %v, but %q", p.name, part, patience, before)
		}
	}
}

// Type gives the program a line of input.
func (p *Process) Type(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatalf("type %q to %s: %v", line, p.name, err)
	}
}

// EndInput ends the program's input.
func (p *Process) EndInput() {
	p.t.Helper()
	if err := p.stdin.Close(); err != nil {
		p.t.Fatalf("end the input of %s: %v", p.name, err)
	}
}

// Ended waits for the program's end.
func (p *Process) Ended() {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case _, ok := <-p.lines:
			if !ok {
				return
			}
		case <-timeout:
			p.t.Fatalf("%s did not end within %v", p.name, patience)
		}
	}
}
