package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"echolab/lab/grade/sandbox"
	"echolab/lab/networks/kernel"
)

// patience bounds every wait of the scripts for a server. Nothing takes so
// long that works.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	sandbox.Main() // as main does; a sandbox starts this very program
	testscript.Main(m, map[string]func(){"lab": main})
}

// TestScripts runs the stories of testdata/script, each the program's use in
// one respect. Beside testscript's own commands they have
//
//	code N COMMAND...        runs a program that must exit with that code
//	start NAME COMMAND...    runs a server; $NAME is the address that it prints
//	stop NAME                interrupts it; it must end well
//	ended NAME               waits until it ended by itself, well
//	screen LINES             wants no more lines than that on standard output
//	quiet                    wants nothing on standard error, unless that the machine was busy
//
// The condition [kernel] says whether the network kernel opens here.
//
// After stop and ended, NAME.out and NAME.err are what the server wrote.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "../../testdata/script",
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Values["started"] = map[string]started{}
			// The simulated machine is kept in the user's cache, and built with
			// what the command go keeps there: not in a home of the script's.
			for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData", "GOPATH", "GOCACHE", "GOMODCACHE"} {
				if value, ok := os.LookupEnv(name); ok {
					env.Setenv(name, value)
				}
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "kernel" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return kernel.Check() == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": scriptCode, "start": scriptStart, "stop": scriptStop, "ended": scriptEnded, "quiet": scriptQuiet,
			"screen": scriptScreen,
		},
	})
}

func scriptCode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND...")
	}
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// started is a server that a script started.
type started struct {
	process *os.Process
	ended   chan error
}

func scriptStart(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: start NAME COMMAND...")
	}
	name := args[0]
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	stderr, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	defer stderr.Close()
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	s := started{cmd.Process, make(chan error, 1)}
	ts.Value("started").(map[string]started)[name] = s
	first := make(chan string, 1)
	go s.watch(cmd, stdout, ts.MkAbs(name+".out"), first)
	ts.Defer(func() {
		s.process.Kill()
		s.ended <- <-s.ended // it has ended, whether a script waited for it or not
	})
	ts.Setenv(name, strings.TrimSpace(receive(ts, name, first)))
}

// watch tells the first line that a server prints, keeps them all, and waits
// for its end.
func (s started) watch(cmd *exec.Cmd, stdout io.Reader, file string, first chan<- string) {
	lines := bufio.NewReader(stdout)
	line, _ := lines.ReadString('\n')
	first <- line
	rest, _ := io.ReadAll(lines)
	os.WriteFile(file, append([]byte(line), rest...), 0o666)
	s.ended <- cmd.Wait()
}

func scriptStop(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: stop NAME")
	}
	ts.Check(ts.Value("started").(map[string]started)[args[0]].process.Signal(os.Interrupt))
	scriptEnded(ts, false, args)
}

func scriptEnded(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: ended NAME")
	}
	s := ts.Value("started").(map[string]started)[args[0]]
	err := receive(ts, args[0], s.ended)
	s.ended <- err // once more, for the clearing up
	ts.Check(err)
}

func scriptScreen(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: screen LINES")
	}
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := strings.Count(ts.ReadFile("stdout"), "\n"); got > most {
		ts.Fatalf("%d lines on standard output, want %d at most", got, most)
	}
}

func scriptQuiet(ts *testscript.TestScript, _ bool, _ []string) {
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		if !strings.Contains(line, "warning: the machine was busy") {
			ts.Fatalf("on standard error: %s", line)
		}
	}
}

// receive waits for news of a server.
func receive[T any](ts *testscript.TestScript, name string, news <-chan T) T {
	select {
	case v := <-news:
		return v
	case <-time.After(patience):
		ts.Fatalf("no news of %s within %v", name, patience)
		panic("not reached")
	}
}
