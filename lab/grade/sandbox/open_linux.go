package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// openPlan opens a box by one plan.
func openPlan(ctx context.Context, p plan, r Room) (*Box, error) {
	s, err := newSetup(p, r)
	if err != nil {
		return nil, err
	}
	b, err := startInit(p, s)
	if err != nil {
		return nil, errors.Join(err, RemoveAll(s.View.Scratch))
	}
	if _, err := b.ask(ctx, request{Setup: &s}); err != nil {
		return nil, errors.Join(fmt.Errorf("set the sandbox up: %w", err), b.Close())
	}
	return b, nil
}

// newSetup is what the init of a box is told first. Where the box has no file
// system of its own, there is a folder for it.
func newSetup(p plan, r Room) (setup, error) {
	v, err := newView(r, p.rooted)
	if err != nil {
		return setup{}, err
	}
	own := p.flags != 0
	s := setup{
		Limits: r.Limits.withDefaults(), Network: own, Processes: own, Users: p.flags&unix.CLONE_NEWUSER != 0,
		View: v, Drop: droppable(), Landlock: landlockVersion(),
	}
	if p.rooted {
		return s, nil
	}
	if s.View.Scratch, err = os.MkdirTemp("", "lab-grade-"); err != nil {
		return s, fmt.Errorf("make a folder for the program: %w", err)
	}
	s.Drop = s.Drop && v.openToAll(s.View.Scratch)
	return s, nil
}

// startInit starts the first process of a box.
func startInit(p plan, s setup) (*Box, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open a socket pair: %w", err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "sandbox init")
	defer func() { _ = theirs.Close() }()
	for _, fd := range pair {
		// A long command must fit; where it does not, send says so.
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 2*maxMessage)
	}
	ch, err := newChannel(pair[0])
	if err != nil {
		_ = unix.Close(pair[0])
		return nil, fmt.Errorf("open a socket pair: %w", err)
	}
	b := &Box{
		setup: s, plan: p, channel: ch, init: initCommand(p, theirs),
		responses: make(chan response, 1), gone: make(chan struct{}), programs: map[int]*Program{},
		unused: map[socket][]int{},
	}
	if err := b.init.Start(); err != nil {
		_ = ch.file.Close()
		return nil, fmt.Errorf("start the sandbox's first process: %w", err)
	}
	b.reading.Go(b.read)
	return b, nil
}

// initCommand is this program again, as the first process of the box.
func initCommand(p plan, channel *os.File) *exec.Cmd {
	cmd := &exec.Cmd{
		Path:       "/proc/self/exe",
		Args:       []string{initName},
		Env:        []string{"GOMAXPROCS=2"},
		ExtraFiles: []*os.File{channel},
		SysProcAttr: &syscall.SysProcAttr{
			Cloneflags: p.flags,
			Setpgid:    true,
		},
	}
	if p.flags&unix.CLONE_NEWUSER != 0 {
		mapUsers(cmd.SysProcAttr)
	}
	return cmd
}
