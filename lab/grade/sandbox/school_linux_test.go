package sandbox

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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
	home, err := os.MkdirTemp("", "school-") // a name short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
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

// unharmed is what an attack must leave, whatever the program said of it.
func (s *school) unharmed() error {
	for path, want := range map[string]string{s.neighbour + "/server.py": "secret", s.results + "/summary.csv": "100"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			return fmt.Errorf("%s: %q, %w", path, got, err)
		}
	}
	for folder, want := range map[string]int{s.own: 1, s.neighbour: 1, s.results: 1} {
		if files, err := os.ReadDir(folder); err != nil || len(files) != want {
			return fmt.Errorf("%s: %v, %w", folder, files, err)
		}
	}
	return syscall.Kill(s.victim, 0)
}
