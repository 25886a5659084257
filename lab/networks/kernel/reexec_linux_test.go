package kernel

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"echolab/lab/testbed"
)

// The test binary plays the program that uses this package, as an ordinary
// user. Its part is in the environment; "root" sets the stage for the others.
const (
	partVariable = "NETNS_TEST_PART"
	modeVariable = "NETNS_TEST_TUN_MODE"
	nobody       = 65534
)

func TestMain(m *testing.M) {
	switch part := os.Getenv(partVariable); part {
	case "":
		goleak.VerifyTestMain(m)
	case "root":
		setStage()
	default:
		os.Exit(play(part))
	}
}

// setStage becomes an ordinary user, for whom /dev/net/tun has the mode asked
// for: a file of its own, in a mount namespace that only this process sees.
func setStage() {
	mode, err := strconv.ParseUint(os.Getenv(modeVariable), 8, 32)
	const device = 10<<8 | 200 // of /dev/net/tun (Documentation/admin-guide/devices.txt)
	for _, step := range []func() error{
		func() error { return err },
		func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") },
		func() error { return unix.Mount("tmpfs", filepath.Dir(tunPath), "tmpfs", 0, "mode=0755") },
		func() error { return unix.Mknod(tunPath, unix.S_IFCHR|0o600, device) },
		func() error { return os.Chmod(tunPath, os.FileMode(mode)) },
		func() error { return syscall.Setgroups(nil) },
		func() error { return syscall.Setgid(nobody) },
		func() error { return syscall.Setuid(nobody) },
		func() error { return os.Setenv(partVariable, os.Getenv("NETNS_TEST_NEXT")) },
		func() error { return syscall.Exec("/proc/self/exe", os.Args, os.Environ()) },
	} {
		if err := step(); err != nil {
			fmt.Println("no stage:", err)
			os.Exit(99)
		}
	}
}

// play is the program: it wants the network, opens it, and does its part.
func play(part string) (exitCode int) {
	code, done, err := Reexec()
	if done {
		return code
	}
	fmt.Println("reexec", err)
	fmt.Println("check", Check())
	fmt.Println("marked", os.Getenv(marker) != "")
	switch part {
	case "echo":
		if err := echo(); err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println("echoed")
		return 7
	case "wait":
		fmt.Println("waiting", os.Getpid())
		time.Sleep(time.Minute) // until a signal ends it; a lost one may not stay for ever
	}
	return 0
}

func echo() error {
	n, err := Open(context.Background(), testbed.NetworkConfig{})
	if err != nil {
		return err
	}
	defer n.Close()
	l, err := n.Server().Listen(context.Background(), "tcp", ":7")
	if err != nil {
		return err
	}
	c, err := n.Client().DialContext(context.Background(), "tcp", "10.0.0.2:7")
	if err != nil {
		return err
	}
	defer c.Close()
	far, err := l.Accept()
	if err != nil {
		return err
	}
	if _, err := c.Write([]byte("hello")); err != nil {
		return err
	}
	_, err = io.ReadFull(far, make([]byte, 5))
	return err
}

// user is the program run by an ordinary user in a part.
func user(t *testing.T, part, tunMode string) *exec.Cmd {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can set the stage for another user")
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Env = append(os.Environ(), partVariable+"=root", "NETNS_TEST_NEXT="+part, modeVariable+"="+tunMode)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS, Setsid: true}
	return cmd
}

// run is what the program prints and its exit code.
func run(t *testing.T, part, tunMode string) (output string, exitCode int) {
	t.Helper()
	out, err := user(t, part, tunMode).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Skip(err)
	}
	if exit != nil {
		exitCode = exit.ExitCode()
	}
	if exitCode == 99 {
		t.Skipf("%s", out)
	}
	return string(out), exitCode
}

func TestOrdinaryUserOpensInUserNamespace(t *testing.T) {
	out, code := run(t, "echo", "666")
	if strings.Contains(out, "user namespace") {
		t.Skip(out)
	}
	if want := "reexec <nil>\ncheck <nil>\nmarked false\nechoed\n"; out != want || code != 7 {
		t.Errorf("exit code %d and\n%swant 7 and\n%s", code, out, want)
	}
}

func TestOrdinaryUserIsToldOfClosedTUN(t *testing.T) {
	out, code := run(t, "none", "600")
	const reason = "/dev/net/tun is closed to ordinary users: open /dev/net/tun: permission denied"
	if want := "reexec " + reason + "\ncheck " + reason + "\nmarked false\n"; out != want || code != 0 {
		t.Errorf("exit code %d and\n%swant 0 and\n%s", code, out, want)
	}
}

// waiting starts the program and returns it with its inner process's id.
func waiting(t *testing.T) (cmd *exec.Cmd, inner int) {
	t.Helper()
	cmd = user(t, "wait", "666")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "no stage") || strings.Contains(lines.Text(), "user namespace") {
			cmd.Wait()
			t.Skip(lines.Text())
		}
		if _, err := fmt.Sscanf(lines.Text(), "waiting %d", &inner); err == nil {
			return cmd, inner
		}
	}
	t.Fatalf("the program did not start: %v", cmd.Wait())
	return nil, 0
}

// gone waits until a process has ended.
func gone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for unix.Kill(pid, 0) == nil && !zombie(pid) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there", pid)
		}
		time.Sleep(time.Millisecond)
	}
}

func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestSignalsReachTheInnerProgram(t *testing.T) {
	for _, s := range []syscall.Signal{unix.SIGINT, unix.SIGTERM} {
		cmd, inner := waiting(t)
		cmd.Process.Signal(s)
		err := cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != 128+int(s) {
			t.Errorf("after %v: exit code %d (%v), want %d", s, got, err, 128+int(s))
		}
		gone(t, inner)
	}
}

func TestInnerProgramDiesWithItsParent(t *testing.T) {
	cmd, inner := waiting(t)
	cmd.Process.Kill()
	cmd.Wait()
	gone(t, inner)
}

func TestRootNeedsNoHelp(t *testing.T) {
	if !privileged() {
		t.Skip("this is not root")
	}
	if code, done, err := Reexec(); code != 0 || done || err != nil {
		t.Errorf("Reexec: %d, %v, %v", code, done, err)
	}
}
