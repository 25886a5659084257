package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// Main must be the first call of main, and of TestMain. Where the process was
// started as a sandbox's own, it does that work and never returns.
func Main() {
	if !isInit() {
		return
	}
	guardSelf()
	closeInheritedOnExec()
	ch, err := newChannel(3)
	if err != nil {
		os.Exit(1)
	}
	i := &initProcess{channel: ch, running: map[int]int{}}
	i.serve()
	i.killAll()
	unix.Exit(0) // at once: os.Exit runs what the rest of the program registered
}

// guardSelf closes this process to those of the same user: its memory, its
// descriptors, and through them the channel.
func guardSelf() {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // cannot fail
	unix.Umask(0o022)                                // nobody must be able to pass the folders that are made
}

// closeInheritedOnExec keeps the channel, and whatever descriptors this
// program was itself started with, from the programs of the box.
func closeInheritedOnExec() {
	files, _ := os.ReadDir("/proc/self/fd")
	for _, file := range files {
		if fd, err := strconv.Atoi(file.Name()); err == nil && fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
}

// initProcess is the first process of a box: it starts programs, opens
// sockets, collects whoever ends, watches the limits, and takes everything
// along when the box closes its end of the channel.
type initProcess struct {
	channel *channel
	setup   setup
	dir     string // where programs start
	copied  int64  // bytes written before the first program
	onDisk  atomic.Int64
	rules   *landlock
	filter  []unix.SockFilter

	mu      sync.Mutex
	running map[int]int // process id to program number
	limit   string      // the limit that ended everything
	shares  shares
}

// serve serves requests until the box is closed.
func (i *initProcess) serve() {
	for {
		var r request
		fds, err := i.channel.receive(&r)
		if err != nil {
			return
		}
		if r.Kill != 0 {
			i.killProgram(r.Kill)
			continue
		}
		var e event
		out, err := i.handle(r, fds, &e)
		if err != nil {
			e.fail(err)
		}
		err = i.channel.send(e, out...)
		closeDescriptors(out)
		if err != nil {
			return
		}
	}
}

func (i *initProcess) handle(r request, fds []int, e *event) (_ []int, err error) {
	defer closeDescriptors(fds)
	switch {
	case r.Setup != nil:
		return nil, i.begin(*r.Setup)
	case r.Start != nil:
		e.Pid, err = i.start(*r.Start, fds)
		return nil, err
	case r.Socket != nil:
		return openSockets(*r.Socket)
	}
	return nil, nil // Sync
}

func openSockets(s socket) ([]int, error) {
	var fds []int
	for range socketsAtOnce {
		fd, err := unix.Socket(s.Family, s.Type|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			closeDescriptors(fds)
			return nil, err
		}
		fds = append(fds, fd)
	}
	return fds, nil
}

// begin sets the namespaces, the limits and the privileges up.
func (i *initProcess) begin(s setup) error {
	i.setup = s
	if s.Network {
		if err := loopbackUp(); err != nil {
			return fmt.Errorf("bring loopback up: %w", err)
		}
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become the parent of orphans: %w", err)
	}
	if err := i.boundFiles(); err != nil {
		return err
	}
	if err := limitSelf(s.Limits); err != nil {
		return err
	}
	limitProcesses(s.Limits.Processes)
	i.copied = i.written()
	makeThreads()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGCHLD)
	go i.collect(ended)
	go i.watch()
	if !s.View.Rooted {
		go i.watchDisk()
	}
	return nil
}

// boundFiles shows programs the files that they may see.
func (i *initProcess) boundFiles() (err error) {
	if i.setup.View.Rooted {
		if i.rules, err = newLandlock(i.setup.Landlock, false); err != nil {
			return err
		}
		return i.newRoot()
	}
	if i.setup.Processes && privateMounts() == nil {
		_ = mountProcesses() // an extra here: containers often forbid it
		limitIDs(i.setup)
	}
	return i.newDomain()
}

// start starts one program in a session of its own, and so in a process group with
// the program's id.
func (i *initProcess) start(s start, fds []int) (pid int, err error) {
	if len(fds) != 3 {
		return 0, fmt.Errorf("%d pipes for a program, want 3", len(fds))
	}
	path, err := lookPath(s)
	if err != nil {
		return 0, err
	}
	attr := &syscall.ProcAttr{
		Dir: i.dir, Env: s.Env,
		Files: []uintptr{uintptr(fds[0]), uintptr(fds[1]), uintptr(fds[2])},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	}
	if i.setup.Drop {
		attr.Sys.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	i.mu.Lock() // so that collect knows the program before it can end
	defer i.mu.Unlock()
	onOwnThread(func() {
		if err = i.dropPrivileges(); err == nil {
			pid, err = syscall.ForkExec(path, s.Args, attr)
		}
	})
	if err != nil {
		return 0, err
	}
	i.running[pid] = s.Number
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte("1000"), 0) // first to go when memory is short
	return pid, nil
}

// lookPath finds the program in the PATH of its own environment, from its own
// directory.
func lookPath(s start) (string, error) {
	if len(s.Args) == 0 || s.Args[0] == "" {
		return "", errors.New("no command")
	}
	name := s.Args[0]
	if strings.Contains(name, "/") {
		return name, nil // ForkExec looks from Dir
	}
	for _, entry := range s.Env {
		list, ok := strings.CutPrefix(entry, "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(list) {
			path := filepath.Join(dir, name)
			if found, err := exec.LookPath(path); filepath.IsAbs(dir) && err == nil {
				return found, nil
			}
		}
	}
	return "", exec.ErrNotFound
}
