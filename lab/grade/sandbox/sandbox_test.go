package sandbox

import (
	"context"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	Main()
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, l Limits) *Box {
	t.Helper()
	b, err := Open(t.Context(), Room{Limits: l, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func startShell(t *testing.T, b *Box, script string) *Program {
	t.Helper()
	p, err := b.Start(context.Background(), Command{
		Args: []string{"sh", "-c", script}, Env: []string{"PATH=" + os.Getenv("PATH"), "GREETING=hello"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wait(t *testing.T, p *Program) Exit {
	t.Helper()
	select {
	case <-p.Done():
	case <-time.After(2 * time.Minute):
		t.Fatal("the program did not end within 2 minutes")
	}
	e, _ := p.Ended()
	return e
}

func TestExit(t *testing.T) {
	b := open(t, Limits{})
	p := startShell(t, b, `echo "$GREETING$HOME"; echo oops >&2; exit 3`)
	if e := wait(t, p); e != (Exit{Code: 3}) {
		t.Errorf("exit = %v, want status 3", e)
	}
	p.Flush(5 * time.Second)
	if got := string(p.Stdout.Head()); got != "hello\n" {
		t.Errorf("stdout = %q: want the greeting of its environment, and no home", got)
	}
	if got := string(p.Stderr.Head()); got != "oops\n" {
		t.Errorf("stderr = %q", got)
	}
}

func TestSignal(t *testing.T) {
	if e := wait(t, startShell(t, open(t, Limits{}), "kill -SEGV $$")); e.Signal != "segmentation fault" {
		t.Errorf("exit = %v, want the signal named", e)
	}
}

func TestMissingCommand(t *testing.T) {
	b := open(t, Limits{})
	for _, args := range [][]string{{"no-such-program"}, {"./no-such-program"}, {""}, nil} {
		if _, err := b.Start(t.Context(), Command{Args: args, Env: []string{"PATH=/usr/bin:/bin"}}); err == nil {
			t.Errorf("%q started", args)
		}
	}
	if e := wait(t, startShell(t, b, "exit 0")); e != (Exit{}) {
		t.Errorf("the box does not work after a missing command: %v", e)
	}
}

func TestLimits(t *testing.T) {
	small := Limits{Processes: 32, Memory: 64 << 20, Output: 1 << 20, CPU: time.Second, FileSize: 1 << 20}
	tests := []struct{ name, script, limit string }{
		{"fork bomb", "bomb() { bomb | bomb & }; bomb; while :; do sleep 1; done", LimitProcesses},
		{"many children", "i=0; while [ $i -lt 100 ]; do sleep 100 & i=$((i+1)); done; wait", LimitProcesses},
		{"memory", "exec python3 -c 'x = bytearray(300 << 20); import time; time.sleep(100)'", LimitMemory},
		{"memory that is not shown", "exec python3 -c 'import ctypes, time; ctypes.CDLL(None).prctl(4, 0); " +
			"x = bytearray(300 << 20); time.sleep(100)'", LimitMemory},
		{"output", "exec yes", LimitOutput},
		{"processor", "while :; do :; done", LimitCPU},
		{"file size", "exec dd if=/dev/zero of=big bs=65536 count=100", LimitFileSize},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := open(t, small)
			if e := wait(t, startShell(t, b, test.script)); e.Limit != test.limit {
				t.Errorf("exit = %+v, want the limit of %s", e, test.limit)
			}
		})
	}
}

func TestLinesOfOutput(t *testing.T) {
	b := open(t, Limits{})
	p := startShell(t, b, "yes line | head -n 100000; echo last")
	wait(t, p)
	p.Flush(5 * time.Second)
	if p.Stdout.Total() != 500005 {
		t.Errorf("total = %d, want 500005", p.Stdout.Total())
	}
	if got := len(p.Stdout.Head()); got != 8<<10 {
		t.Errorf("kept %d bytes of the beginning, want 8 KiB", got)
	}
	if got := string(p.Stdout.Tail(10)); got != "line\nlast\n" {
		t.Errorf("tail = %q", got)
	}
}

func TestTailOfShortOutput(t *testing.T) {
	c := newCapture(4)
	for _, word := range []string{"ab", "cd", "ef"} {
		_, _ = c.Write([]byte(word))
	}
	if got := string(c.Tail(5)); got != "bcdef" {
		t.Errorf("tail = %q, want bcdef", got)
	}
	if got := string(c.Head()); got != "abcd" {
		t.Errorf("head = %q, want abcd", got)
	}
}
