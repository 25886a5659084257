//go:build unix && !linux

package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"echolab/lab/text"
)

// warnings is what a process group does not close off.
var warnings = []text.Phrase{
	"this system has no namespaces: the program shares the machine's network, and may outlive its process group",
	"memory, processes and descriptors are not watched on this system",
}

// specName is the variable that hands the specification over.
const specName = "LAB_SANDBOX"

type spec struct {
	Limits Limits
	Path   string
	Args   []string
	Env    []string
}

// Main must be the first call of main, and of TestMain. Where the process was
// started as a sandbox's own, it does that work and never returns.
func Main() {
	if !isInit() {
		return
	}
	err := execChild()
	fmt.Fprintln(os.Stderr, "lab: start the program:", err)
	os.Exit(127)
}

// execChild limits this process and turns it into the program.
func execChild() error {
	var s spec
	if err := json.Unmarshal([]byte(os.Getenv(specName)), &s); err != nil {
		return err
	}
	if err := limitSelf(s.Limits); err != nil {
		return err
	}
	return syscall.Exec(s.Path, s.Args, s.Env)
}

// command is this program again, about to execute c.
func command(c Command, dir string, l Limits) (*exec.Cmd, error) {
	path, err := lookPath(c, dir)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(spec{Limits: l, Path: path, Args: c.Args, Env: c.Env})
	if err != nil {
		return nil, err
	}
	return &exec.Cmd{
		Path: self, Args: []string{initName}, Dir: dir, Env: []string{specName + "=" + string(body)},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}, nil
}

// contain does nothing: the new session is the container.
func contain(*exec.Cmd, Limits) (func(), error) { return func() {}, nil }

// killTree ends the process group of a program.
func killTree(cmd *exec.Cmd) {
	if err := unix.Kill(-cmd.Process.Pid, unix.SIGKILL); errors.Is(err, unix.ESRCH) {
		_ = cmd.Process.Kill()
	}
}

func exitOf(state *os.ProcessState) Exit {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return Exit{Code: state.ExitCode()}
	}
	e := Exit{Signal: status.Signal().String()}
	switch status.Signal() {
	case unix.SIGXCPU:
		e.Limit = LimitCPU
	case unix.SIGXFSZ:
		e.Limit = LimitFileSize
	}
	return e
}
