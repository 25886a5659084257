package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"echolab/lab/text"
)

// warnings is what a job object does not close off.
var warnings = []text.Phrase{
	"this system has no namespaces: the program shares the machine's network",
	"open files and descriptors are not limited on this system",
}

// Main has no work on Windows: a job object limits from outside.
func Main() {}

func command(c Command, dir string, _ Limits) (*exec.Cmd, error) {
	path, err := lookPath(c, dir)
	if err != nil {
		return nil, err
	}
	return &exec.Cmd{Path: path, Args: c.Args, Dir: dir, Env: c.Env}, nil
}

// contain puts a started program into a job object, which bounds it and ends
// all of it when it is released. What the program started in the moment before
// is not in the job.
func contain(cmd *exec.Cmd, l Limits) (func(), error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("create a job object: %w", err)
	}
	release := func() { _ = windows.CloseHandle(job) }
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{JobMemoryLimit: uintptr(l.Memory)}
	info.BasicLimitInformation = windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
		PerProcessUserTimeLimit: int64(l.CPU / (100 * time.Nanosecond)),
		ActiveProcessLimit:      uint32(l.Processes),
		LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | windows.JOB_OBJECT_LIMIT_JOB_MEMORY |
			windows.JOB_OBJECT_LIMIT_PROCESS_TIME | windows.JOB_OBJECT_LIMIT_ACTIVE_PROCESS,
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err == nil {
		err = assign(job, cmd)
	}
	if err != nil {
		release()
		return nil, fmt.Errorf("limit the program: %w", err)
	}
	return release, nil
}

func assign(job windows.Handle, cmd *exec.Cmd) error {
	const rights = windows.PROCESS_SET_QUOTA | windows.PROCESS_TERMINATE
	process, err := windows.OpenProcess(rights, false, uint32(cmd.Process.Pid))
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	return windows.AssignProcessToJobObject(job, process)
}

// killTree ends the program; the job ends the rest.
func killTree(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func exitOf(state *os.ProcessState) Exit { return Exit{Code: state.ExitCode()} }
