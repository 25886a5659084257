package sandbox

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// school is what an attack aims at: a class, the grader's results, a process and
// sockets of the grader.
type school struct {
	own, neighbour, results string
	victim                  int
	socket, abstract        string
	port                    int
	script                  string
}

func newSchool(t *testing.T) *school {
	t.Helper()
	home := t.TempDir()
	s := &school{own: home + "/class/kim", neighbour: home + "/class/lee", results: home + "/results"}
	for _, folder := range []string{s.own, s.neighbour, s.results} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("testdata/attacks.py")
	if err != nil {
		t.Fatal(err)
	}
	s.script = filepath.Join(s.own, "attacks.py")
	for path, body := range map[string][]byte{
		s.script: script, s.neighbour + "/server.py": []byte("secret"), s.results + "/summary.csv": []byte("100"),
	} {
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.listen(t, home)
	s.stand(t)
	return s
}

// listen opens what a program must not reach.
func (s *school) listen(t *testing.T, home string) {
	s.socket, s.abstract = home+"/socket", fmt.Sprintf("sandbox-test-%d", time.Now().UnixNano())
	for _, address := range []struct{ network, at string }{
		{"unix", s.socket}, {"unix", "@" + s.abstract}, {"tcp", "127.0.0.1:0"},
	} {
		l, err := net.Listen(address.network, address.at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		if at, ok := l.Addr().(*net.TCPAddr); ok {
			s.port = at.Port
		}
	}
}

// stand starts the process that may be killed in the grader's stead.
func (s *school) stand(t *testing.T) {
	victim := exec.Command("sleep", "1000")
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	s.victim = victim.Process.Pid
	t.Cleanup(func() {
		_ = victim.Process.Kill()
		_ = victim.Wait()
	})
}

type attack struct {
	name string
	args []string
}

func (s *school) attacks() []attack {
	victim, grader := fmt.Sprint(s.victim), fmt.Sprint(os.Getpid())
	return []attack{
		{"reads a neighbour's file", []string{"read", s.neighbour + "/server.py"}},
		{"writes a neighbour's file", []string{"write", s.neighbour + "/server.py"}},
		{"removes a neighbour's file", []string{"remove", s.neighbour + "/server.py"}},
		{"reads the results", []string{"read", s.results + "/summary.csv"}},
		{"writes the results", []string{"write", s.results + "/summary.csv"}},
		{"makes a folder among the results", []string{"make", s.results + "/new"}},
		{"writes its own folder", []string{"write", "mine"}},
		{"writes a file of the system", []string{"write", "/etc/lab-grade-test"}},
		{"kills the grader", []string{"kill", victim}},
		{"reaches the grader with signals", []string{"reach", grader}},
		{"kills all that it sees", []string{"killall", victim}},
		{"opens the grader's memory", []string{"memory", victim}},
		{"opens the first process's memory", []string{"parentmemory"}},
		{"traces the grader", []string{"trace", victim}},
		{"traces the first process", []string{"traceparent"}},
		{"reads the grader's environment", []string{"environment", victim}},
		{"reads files through the grader's /proc", []string{"root", victim}},
		{"connects to a Unix socket of the machine", []string{"connect", s.socket}},
		{"connects to an abstract socket of the machine", []string{"connectabstract", s.abstract}},
		{"connects to a port of the machine", []string{"dial", fmt.Sprint(s.port)}},
		{"fills /dev/shm", []string{"fill", "/dev/shm"}},
		{"fills /tmp", []string{"fill", "/tmp"}},
		{"fills its home", []string{"fillhome"}},
		{"fills its home with 20,000 empty files", []string{"manyfiles"}},
		{"fills anonymous files", []string{"memfd"}},
		{"fills System V segments", []string{"segments"}},
		{"fills a shared mapping", []string{"sharedmap"}},
		{"sets the clock", []string{"clock"}},
		{"sets the host's name", []string{"hostname"}},
		{"mounts", []string{"mount"}},
		{"mounts in a namespace of its own", []string{"namespace"}},
		{"becomes root", []string{"becomeroot"}},
		{"uncovers its neighbours", []string{"unhide"}},
	}
}

// try runs one attack in a box.
func try(t *testing.T, p plan, s *school, a attack) string {
	b, err := openPlan(t.Context(), p, Room{Limits: Limits{Memory: 192 << 20}, Dir: s.own, Hide: []string{s.results}})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := b.Start(t.Context(), Command{
		Args: append([]string{"python3", "attacks.py"}, a.args...),
		Env:  []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.Home()},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := wait(t, prog)
	prog.Flush(5 * time.Second)
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if e.Limit != "" {
		return "limit of " + e.Limit
	}
	if e != (Exit{}) {
		return fmt.Sprint(e) + string(prog.Stderr.Tail(2000))
	}
	return strings.TrimSpace(string(prog.Stdout.Head()))
}

func TestAttacks(t *testing.T) {
	t.Setenv("PATH", "/usr/local/bin:/usr/bin:/bin")
	for _, p := range plans {
		t.Run(string(p.name), func(t *testing.T) {
			openAs(t, p)
			for _, a := range newSchool(t).attacks() {
				s := newSchool(t)
				for _, again := range s.attacks() {
					if again.name == a.name {
						t.Logf("%-50s %s", a.name, try(t, p, s, again))
					}
				}
			}
		})
	}
}

var _ = bytes.Contains
var _ = syscall.SIGKILL
