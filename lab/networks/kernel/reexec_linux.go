package kernel

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// marker tells the program that it is the one that Reexec started.
const marker = "ECHOLAB_IN_USER_NAMESPACE"

// refused is why Reexec could not start the program again; Check repeats it.
var refused error

// Reexec starts the program again as root of a new user namespace, where an
// ordinary user may make network namespaces, and waits for its end. A program
// that wants the network calls it before anything else, and exits with
// exitCode if done.
//
// If done is false, the program goes on: it has the rights already, or it is the
// program that was started, or, if err is not nil, the system refused. Then the
// network does not open, and Check says why.
func Reexec() (exitCode int, done bool, err error) {
	if _, inside := os.LookupEnv(marker); inside {
		return 0, false, os.Unsetenv(marker)
	}
	if privileged() {
		return 0, false, nil
	}
	if refused = tryTUN(); refused != nil {
		return 0, false, refused // it would not open in another namespace either
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	defer signal.Stop(signals)
	command := commandAgain()
	ended := make(chan error, 1)
	started := make(chan error)
	go func() {
		// The child is told to die with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			ended <- command.Wait()
		}
	}()
	if err := <-started; err != nil {
		refused = noNamespace("user", err, thisSystem())
		return 0, false, refused
	}
	exitCode, err = follow(command, signals, ended)
	return exitCode, true, err
}

// commandAgain is this program with these arguments, as root of a user namespace
// that knows no other user.
func commandAgain() *exec.Cmd {
	return &exec.Cmd{
		Path: "/proc/self/exe", Args: os.Args, Env: append(os.Environ(), marker+"=1"),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		SysProcAttr: &syscall.SysProcAttr{
			Cloneflags:  unix.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
			Pdeathsig:   unix.SIGKILL,
		},
	}
}

// follow passes signals on until the child has ended, and returns its exit
// code; 128 and the number of the signal that killed it, as shells have it.
func follow(command *exec.Cmd, signals <-chan os.Signal, ended <-chan error) (int, error) {
	for {
		select {
		case s := <-signals:
			if s != unix.SIGINT || !fromTerminal() {
				_ = command.Process.Signal(s) // it may just have ended
			}
		case err := <-ended:
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				return 1, fmt.Errorf("wait for the program in its user namespace: %w", err)
			}
			status := command.ProcessState.Sys().(syscall.WaitStatus)
			if status.Signaled() {
				return 128 + int(status.Signal()), nil
			}
			return status.ExitStatus(), nil
		}
	}
}

// fromTerminal reports whether an interrupt came from the terminal's keyboard,
// as far as one can tell: then the child, in the same foreground process group,
// has been interrupted already.
func fromTerminal() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	_ = tty.Close()
	return err == nil && group == unix.Getpgrp()
}

// privileged reports whether this process may make network namespaces and
// configure them as it is.
func privileged() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false
	}
	const needed = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_NET_ADMIN
	return data[0].Effective&needed == needed
}

// tryTUN opens the TUN device's file and closes it again, which makes nothing.
func tryTUN() error {
	fd, err := unix.Open(tunPath, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return noTUN("open "+tunPath, err)
	}
	return unix.Close(fd)
}
