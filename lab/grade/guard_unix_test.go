//go:build unix

package grade

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lateHere makes the test binary a process that says how late it ran.
const lateHere = "GRADE_TEST_LATENESS"

// TestWatchLateness stops a process for a while: it must say that it was late by that.
func TestWatchLateness(t *testing.T) {
	if os.Getenv(lateHere) != "" {
		end := watchLateness()
		fmt.Println("watching")
		_, _ = os.Stdin.Read(make([]byte, 1)) // until the pipe is closed
		fmt.Println(end())
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWatchLateness$")
	cmd.Env = append(os.Environ(), lateHere+"=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1000)
	if n, _ := stdout.Read(buf); !strings.HasPrefix(string(buf[:n]), "watching") {
		t.Fatalf("it says %q", buf[:n])
	}
	const stopped = 300 * time.Millisecond
	_ = cmd.Process.Signal(syscall.SIGSTOP)
	time.Sleep(stopped) // the time that it must miss
	_ = cmd.Process.Signal(syscall.SIGCONT)
	_ = stdin.Close()
	n, _ := stdout.Read(buf)
	line, _, _ := strings.Cut(string(buf[:n]), "\n")
	if got, err := time.ParseDuration(line); err != nil || got < stopped-50*time.Millisecond {
		t.Errorf("it says that it was late by %q (%v), want about %v", line, err, stopped)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
