package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"echolab/lab/text"
)

// plan is a way to close a box off.
type plan struct {
	name   text.Phrase
	flags  uintptr // namespaces
	rooted bool    // a file system of its own; otherwise Landlock bounds the files
}

// The namespaces of a box. The one for users comes on top where it opens.
const isolation = unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWNS

// plans are tried in this order.
var plans = []plan{
	{"namespaces, with one for users, and a file system of its own", isolation | unix.CLONE_NEWUSER, true},
	{"namespaces and a file system of its own", isolation, true},
	{"namespaces, with one for users, on the files of this machine", isolation | unix.CLONE_NEWUSER, false},
	{"namespaces on the files of this machine", isolation, false},
	{"no namespaces", 0, false},
}

// chosen is the first plan that opened, kept for good.
var chosen struct {
	sync.Mutex
	plan *plan
}

// choose finds the plan of this machine. An empty room is opened for that, so that
// nothing a submission contains can make the next one's box a weaker one.
func choose(ctx context.Context) (plan, error) {
	chosen.Lock()
	defer chosen.Unlock()
	if chosen.plan != nil {
		return *chosen.plan, nil
	}
	var errs []error
	for _, p := range plans {
		b, err := openPlan(ctx, p, Room{Dir: "/"})
		if ctx.Err() != nil {
			return p, ctx.Err() // which tells nothing about the machine
		}
		if temporary(err) {
			return p, fmt.Errorf("open a sandbox: %w", err)
		}
		if err == nil {
			chosen.plan = &p
			p.guardGrader()
			return p, b.Close()
		}
		errs = append(errs, err)
	}
	return plan{}, fmt.Errorf("open a sandbox: %w", errors.Join(errs...))
}

// temporary reports whether an error tells of a machine that is short of something now.
// It says nothing about what the machine allows, and must not lead to a weaker plan.
func temporary(err error) bool {
	short := []error{unix.EAGAIN, unix.ENOMEM, unix.EMFILE, unix.ENFILE, os.ErrDeadlineExceeded, ErrClosed}
	return slices.ContainsFunc(short, func(s error) bool { return errors.Is(err, s) })
}

// guardGrader closes the grader's memory and descriptors to programs that run as the
// same user among the same processes. Elsewhere they cannot even name it.
func (p plan) guardGrader() {
	if p.flags == 0 {
		_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // cannot fail
	}
}

// Examine says how well this machine closes programs off.
func Examine(ctx context.Context) (Mode, error) {
	p, err := choose(ctx)
	if err != nil {
		return Mode{}, err
	}
	return Mode{Name: p.name, Open: p.warnings(droppable())}, nil
}

// warnings says what the plan does not close off.
func (p plan) warnings(drop bool) []text.Phrase {
	var open []text.Phrase
	if p.flags == 0 {
		open = append(open, "namespaces do not open here: the program shares this machine's network and process ids")
	}
	if p.rooted {
		return open
	}
	if os.Geteuid() == 0 && !drop {
		open = append(open, "the program runs as the grader's user, without privileges: "+
			"no other user can reach what it needs")
	}
	switch abi := landlockVersion(); {
	case abi == 0:
		open = append(open, "files are not closed off here: the program can read and write what the grader can")
	case abi < landlockScopes && p.flags == 0 && !drop:
		open = append(open, "this kernel does not keep a program from ending other processes of the same user, "+
			"the grader too")
	}
	return open
}
