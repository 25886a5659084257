//go:build unix

package peer

import (
	"os/exec"
	"syscall"
)

// group puts a program and all that it starts into a process group, and ends
// them together: socat, for one, has a child for each client.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
