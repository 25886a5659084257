package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// Launch starts the program. Of its stdout the first keep bytes are kept. role
// is what {role} stands for.
func (s *Subject) Launch(ctx context.Context, role string, keep int) (*sandbox.Program, error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	args := s.arguments(role)
	s.Stepf("start %s", strings.Join(args, " "))
	p, err := s.box.Start(ctx, sandbox.Command{
		Args: args, Env: s.environment(role), Keep: keep,
	})
	if ctx.Err() != nil {
		return nil, ctx.Err() // a program that did start ends with the box
	}
	if err != nil {
		return nil, Failf(cannotStart, Reason(err))
	}
	s.mu.Lock()
	s.programs = append(s.programs, p)
	s.mu.Unlock()
	if interrupted(ctx) {
		p.Kill() // it came too late to be broken off with the others
	}
	return p, nil
}

// Start starts a server and waits until it listens. Where the server was
// already running there is nothing to wait for.
func (s *Subject) Start(ctx context.Context) error {
	if s.Running() {
		return nil
	}
	for {
		p, err := s.Launch(ctx, "", 0)
		if err != nil {
			return err
		}
		err = s.AwaitPort(ctx, p, s.port)
		if _, failed := errors.AsType[*Failure](err); !failed || !s.portKept() {
			return err
		}
		if err := s.awaitFreePort(ctx); err != nil { // it was not the program's fault
			return err
		}
	}
}

func (s *Subject) arguments(role string) []string {
	replace := strings.NewReplacer("{host}", "127.0.0.1", "{port}", fmt.Sprint(s.port), "{role}", role)
	args := make([]string, len(s.options.Command))
	for i, a := range s.options.Command {
		args[i] = replace.Replace(a)
	}
	return args
}

// systemVariables are what programs cannot start without on Windows. They
// tell nothing about the grader.
var systemVariables = []string{"SystemRoot", "SystemDrive", "ComSpec", "PATHEXT"}

// environment is all that the program gets to see.
func (s *Subject) environment(role string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + s.box.Home(), "TMPDIR=" + s.box.Home(),
		"HOST=127.0.0.1", "PORT=" + fmt.Sprint(s.port),
	}
	if role != "" {
		env = append(env, "ROLE="+role)
	}
	passed := slices.Clone(s.options.Env)
	if runtime.GOOS == "windows" {
		passed = append(passed, systemVariables...)
	}
	for _, name := range passed {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// File is the file of answers.
func (s *Subject) File() string {
	name := s.options.Command[0]
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.options.Dir, name)
}

// Usage is what the program uses now. There must be one.
func (s *Subject) Usage() (sandbox.Usage, error) { return s.box.Usage() }

// Ended is how the program ended, if it has without being killed by us.
func (s *Subject) Ended() (sandbox.Exit, bool) {
	if len(s.programs) == 0 {
		return sandbox.Exit{}, false
	}
	s.settle()
	for _, p := range s.programs {
		if e, ok := p.Ended(); ok && !p.Killed() {
			return e, true
		}
	}
	return sandbox.Exit{}, false
}

// settle waits until the first program has ended, or all sleep: a crash closes the connection
// a while before the end is known, and on a busy machine that is a long while.
func (s *Subject) settle() {
	const look, looks = 20 * time.Millisecond, 5
	limit := time.After(sandbox.Scaled(2 * time.Second)) // of those that never sleep
	for quiet := 0; quiet < looks; quiet++ {
		select {
		case <-s.programs[0].Done():
			return
		case <-limit:
			return
		case <-time.After(look):
		}
		if slices.ContainsFunc(s.rooms, func(room *Subject) bool { return !room.box.Quiet() }) {
			quiet = -1
		}
	}
}

// output is the end of what the programs printed for people to read, and how many
// bytes came before. The receiver of a pair prints the file itself.
func (s *Subject) output() (end string, before int64) {
	const most = 700 // bytes of each; platforms show about 2,000 in all
	var all strings.Builder
	for _, p := range s.programs {
		p.Flush(100 * time.Millisecond)
		printed := []*sandbox.Capture{p.Stderr, p.Stdout}
		if s.assignment.Kind == Pair {
			printed = printed[:1]
		}
		for _, c := range printed {
			tail := c.Tail(most)
			all.WriteString(Printable(tail))
			before += max(0, c.Total()-int64(len(tail)))
		}
	}
	return all.String(), before
}

// warnings says what the rooms do not close off.
func (s *Subject) warnings() []text.Phrase {
	var all []text.Phrase
	for _, room := range s.rooms {
		all = append(all, room.box.Warnings()...)
	}
	return all
}

// close ends the program and all that it started.
func (s *Subject) close() error {
	var errs []error
	for _, room := range s.rooms {
		errs = append(errs, room.box.Close())
	}
	return errors.Join(errs...)
}
