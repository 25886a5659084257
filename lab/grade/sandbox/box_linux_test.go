package sandbox

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"echolab/lab/networks/procnet"
)

// openAs opens a box by one plan, or skips.
func openAs(t *testing.T, p plan) *Box {
	t.Helper()
	b, err := openPlan(t.Context(), p, Room{Dir: t.TempDir()})
	if err != nil && p.flags != 0 {
		t.Skipf("this plan does not open here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func eachPlan(t *testing.T, test func(t *testing.T, b *Box)) {
	for i, p := range plans {
		t.Run(fmt.Sprintf("plan %d", i+1), func(t *testing.T) { test(t, openAs(t, p)) })
	}
}

// alive reports whether any process on this machine has word in its command.
func alive(t *testing.T, word string) bool {
	t.Helper()
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		if line, err := os.ReadFile(file); err == nil && bytes.Contains(line, []byte(word)) {
			return true
		}
	}
	return false
}

func TestNothingIsLeft(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		mark := fmt.Sprintf("31%d.%d", os.Getpid(), time.Now().UnixNano()%1e9)
		p := startShell(t, b, "setsid sleep "+mark+" & (sleep "+mark+" &) ; sleep "+mark+" & echo ready; exit 0")
		wait(t, p)
		if !alive(t, mark) {
			t.Fatal("the children had ended before the box was closed: nothing is tested")
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if alive(t, mark) {
			t.Error("a process of the program is left")
		}
	})
}

// TestTreeIsFelled: a tree that grows on all its branches is ended to the last of them.
// It would stop growing by itself, so that a mistake here does not end the machine.
func TestTreeIsFelled(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		mark := fmt.Sprintf("32%d.%d", os.Getpid(), time.Now().UnixNano()%1e9)
		p := startShell(t, b, `b() { [ $1 -gt 0 ] && { b $(($1 - 1)) & b $(($1 - 1)) & }; sleep `+mark+`; }; b 9`)
		if e := wait(t, p); e.Limit != LimitProcesses {
			t.Errorf("exit = %+v, want the limit of processes", e)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if alive(t, mark) {
			t.Error("a process of the tree is left")
		}
	})
}

func TestCloseWhileRunning(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		p := startShell(t, b, "trap '' TERM INT HUP; while :; do sleep 100; done")
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if e := wait(t, p); e.Signal == "" {
			t.Errorf("exit = %v, want a signal", e)
		}
		if _, err := b.Start(t.Context(), Command{Args: []string{"true"}}); err == nil {
			t.Error("a closed box started a program")
		}
	})
}

// TestThreadsAreThere: who takes every process that the kernel allows does not
// end the init, which needs no more threads by then.
func TestThreadsAreThere(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", b.init.Process.Pid))
		if err != nil || len(threads) < spareThreads {
			t.Errorf("the first process has %d threads, %v; want %d at least", len(threads), err, spareThreads)
		}
	})
}

// TestInitDies: a box whose first process has gone is an error of that box alone.
func TestInitDies(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		p := startShell(t, b, "read line")
		if err := b.init.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if e := wait(t, p); e.Signal == "" {
			t.Errorf("exit = %v, want a signal", e)
		}
		if _, err := b.Start(t.Context(), Command{Args: []string{"true"}}); err == nil {
			t.Error("a box without its first process started a program")
		}
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		next := openAs(t, b.plan)
		if e := wait(t, startShell(t, next, "exit 3")); e.Code != 3 {
			t.Errorf("the next box: %+v", e)
		}
	})
}

func TestSockets(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		l, err := b.Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		port := l.Addr().(*net.TCPAddr).Port
		sockets, err := b.Sockets("tcp")
		listens := func(s procnet.Socket) bool {
			return s.State == procnet.Listen && int(s.Local.Port()) == port
		}
		if err != nil || !slices.ContainsFunc(sockets, listens) {
			t.Errorf("sockets = %v, %v; want one that listens on %d", sockets, err, port)
		}
		c, err := b.DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		s, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		if c.LocalAddr().String() != s.RemoteAddr().String() {
			t.Errorf("local %v, remote %v: not one connection", c.LocalAddr(), s.RemoteAddr())
		}
	})
}

func TestRefused(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		l, err := b.Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		_ = l.Close()
		if _, err := b.DialContext(t.Context(), "tcp", address); err == nil || !strings.Contains(err.Error(), "refused") {
			t.Errorf("error = %v, want a refusal", err)
		}
	})
}

func TestOwnNetwork(t *testing.T) {
	b := open(t, Limits{})
	if !b.Isolated() {
		t.Skip("namespaces do not open here")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if c, err := b.DialContext(t.Context(), "tcp", l.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("a listener outside of the box was reached from inside")
	}
}

func TestNoPrivileges(t *testing.T) {
	b := open(t, Limits{})
	p := startShell(t, b, "grep -E '^(CapEff|CapPrm|CapInh|CapBnd|NoNewPrivs)' /proc/self/status; ulimit -c")
	wait(t, p)
	p.Flush(5 * time.Second)
	got := strings.Join(strings.Fields(string(p.Stdout.Head())), " ")
	zero := "0000000000000000"
	want := "CapInh: " + zero + " CapPrm: " + zero + " CapEff: " + zero + " CapBnd: " + zero + " NoNewPrivs: 1 0"
	if !b.Isolated() && os.Getuid() != 0 { // who had no capabilities cannot bound them
		got = strings.Replace(got, strings.Fields(got)[7], zero, 1)
	}
	if got != want {
		t.Errorf("privileges of the program: %s, want %s", got, want)
	}
}

func TestUsage(t *testing.T) {
	b := open(t, Limits{})
	python := func(files int) *Program {
		p, err := b.Start(t.Context(), Command{
			Args: []string{"python3", "-c", fmt.Sprintf("f = [open('/dev/null') for i in range(%d)]; print('ready', flush=True); input()", files)},
			Env:  []string{"PATH=" + os.Getenv("PATH")},
		})
		if err != nil {
			t.Skipf("python3: %v", err)
		}
		until(t, func() bool { return p.Stdout.Total() > 0 })
		return p
	}
	python(0)
	one, err := b.Usage()
	if err != nil || one.Processes != 1 || one.Memory <= 0 {
		t.Fatalf("usage = %+v, %v; want one process", one, err)
	}
	python(100)
	both, _ := b.Usage()
	if both.Processes != 2 || both.Descriptors != 2*one.Descriptors+100 {
		t.Errorf("usage = %+v; want two processes, 100 descriptors more than twice %d", both, one.Descriptors)
	}
}

// until waits for a condition.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("waited 20 s in vain")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestLoadFactor(t *testing.T) {
	for line, want := range map[string]float64{
		"0.20 0.18 0.12 1/80 11206":   1,
		"4.00 9.00 9.00 2/80 11206":   2,
		"1.00 9.00 9.00 6/80 11206":   2.5,
		"99.0 9.00 9.00 200/80 11206": maxLoadFactor,
		"":                            1,
		"nonsense":                    1,
		"x x x x":                     1,
	} {
		if got := loadFactor(line, 2); got != want {
			t.Errorf("loadFactor(%q) = %v, want %v", line, got, want)
		}
	}
}

// TestManyWithoutNamespaces: where no process ids of its own end with a box, its processes
// are ended all the same, though they are far more than the limit and beget each other:
// by the init, and by us where the init was ended. The tree of them ends by itself.
func TestManyWithoutNamespaces(t *testing.T) {
	plain := plans[len(plans)-1]
	openAs(t, plain)
	const tree = `b() { [ $1 -gt 0 ] || exec sleep 20; b $(($1-1)) & b $(($1-1)) & wait; }; b 10`
	for name, end := range map[string]func(b *Box){
		"limit":     func(b *Box) {},
		"close":     func(b *Box) { must(t, b.Close()) },
		"init dies": func(b *Box) { must(t, b.init.Process.Kill()) },
	} {
		t.Run(name, func(t *testing.T) {
			limits := Limits{}
			if name != "limit" {
				limits.Processes = 5000
			}
			b, err := openPlan(t.Context(), plain, Room{Limits: limits, Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = b.Close() }()
			startShell(t, b, tree)
			time.Sleep(200 * time.Millisecond) // until it has grown a little
			end(b)
			deadline := time.Now().Add(15 * time.Second)
			for unix.Kill(-b.groups[0], 0) == nil {
				if time.Now().After(deadline) {
					t.Fatal("processes of the box are still there")
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
}

// TestShortOfSomething: what a machine is short of for a moment does not weaken it for good.
func TestShortOfSomething(t *testing.T) {
	for err, want := range map[error]bool{
		&initError{"make a thread", unix.EAGAIN}: true, fmt.Errorf("start: %w", unix.ENOMEM): true, ErrClosed: true,
		&initError{"mount", unix.EPERM}: false, unix.ENOSYS: false, &initError{"no such place", 0}: false,
	} {
		if got := temporary(err); got != want {
			t.Errorf("temporary(%v) = %v", err, got)
		}
	}
}
