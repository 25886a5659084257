package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// attack is what a program tries, and what becomes of it: in a file system of its
// own, where Landlock bounds the files, and where there are no namespaces either.
// "no" is an error, "yes" success, and other words the limit that ended it.
type attack struct {
	name string
	args []string
	want [3]string
}

func (s *school) attacks() []attack {
	victim, grader := fmt.Sprint(s.victim), fmt.Sprint(os.Getpid())
	theirs, results := s.neighbour+"/server.py", s.results+"/summary.csv"
	return []attack{
		{"reads a neighbour's file", []string{"read", theirs}, [3]string{"no", "no", "no"}},
		{"writes a neighbour's file", []string{"write", theirs}, [3]string{"no", "no", "no"}},
		{"removes a neighbour's file", []string{"remove", theirs}, [3]string{"no", "no", "no"}},
		{"looks below what is mounted", []string{"uncover", theirs}, [3]string{"no", "no", "no"}},
		{"the same in namespaces of its own", []string{"uncoverinside", theirs}, [3]string{"no", "no", "no"}},
		{"reads the results", []string{"read", results}, [3]string{"no", "no", "no"}},
		{"writes the results", []string{"write", results}, [3]string{"no", "no", "no"}},
		{"makes a folder among the results", []string{"make", s.results + "/new"}, [3]string{"no", "no", "no"}},
		{"writes a file of the system", []string{"write", "/etc/lab-grade-test"}, [3]string{"no", "no", "no"}},
		{"opens a setting of the kernel", []string{"setting"}, [3]string{"no", "no", "no"}},
		{"writes its own folder, which is a copy", []string{"write", "mine"}, [3]string{"yes", "yes", "yes"}},
		{"kills the grader", []string{"kill", victim}, [3]string{"no", "no", "no"}},
		{"kills all that it sees", []string{"killall", victim}, [3]string{"no", "no", "no"}},
		{"signals the grader", []string{"reach", grader}, [3]string{"no", "no", "no"}},
		{"ends the first process of its box", []string{"killparent"}, [3]string{"no", "no", "no"}},
		{"opens the grader's memory", []string{"memory", victim}, [3]string{"no", "no", "no"}},
		{"opens the first process's memory", []string{"parentmemory"}, [3]string{"no", "no", "no"}},
		{"traces the grader", []string{"trace", victim}, [3]string{"no", "no", "no"}},
		{"traces the first process", []string{"traceparent"}, [3]string{"no", "no", "no"}},
		{"reads the grader's environment", []string{"environment", victim}, [3]string{"no", "no", "no"}},
		{"passes through the grader's /proc", []string{"root", victim}, [3]string{"no", "no", "no"}},
		{"connects to a Unix socket", []string{"connect", s.socket}, [3]string{"no", "no", "no"}},
		{"connects to an abstract socket", []string{"connectabstract", s.abstract}, [3]string{"no", "no", "no"}},
		{"connects to a port of the machine", []string{"dial", fmt.Sprint(s.port)}, [3]string{"no", "no", "yes"}},
		{"fills /dev/shm", []string{"fill", "/dev/shm"}, [3]string{"no", "no", "no"}},
		{"fills /tmp", []string{"fill", "/tmp"}, [3]string{"no", "no", "no"}},
		{"fills its home", []string{"fillhome"}, [3]string{"no", LimitMemory, LimitMemory}},
		{"fills its home with empty files", []string{"manyfiles"}, [3]string{"no", LimitMemory, LimitMemory}},
		{"fills anonymous files", []string{"memfd"}, [3]string{LimitMemory, LimitMemory, LimitMemory}},
		{"fills System V segments", []string{"segments"}, [3]string{LimitMemory, "no", "no"}},
		{"fills a shared mapping", []string{"sharedmap"}, [3]string{LimitMemory, LimitMemory, LimitMemory}},
		{"sets the clock", []string{"clock"}, [3]string{"no", "no", "no"}},
		{"sets the host's name", []string{"hostname"}, [3]string{"no", "no", "no"}},
		{"mounts", []string{"mount"}, [3]string{"no", "no", "no"}},
		{readsAsRoot, []string{"becomeroot"}, [3]string{"no", "no", "no"}},
	}
}

// try runs one attack in a box, and says what became of it.
func try(t *testing.T, p plan, s *school, a attack) string {
	t.Helper()
	b, err := openPlan(t.Context(), p, Room{Limits: Limits{Memory: 96 << 20}, Dir: s.own, Hide: []string{s.results}})
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
		t.Errorf("%s: the box does not close: %v", a.name, err)
	}
	said := strings.TrimSpace(string(prog.Stdout.Head()))
	switch {
	case e.Limit != "":
		return e.Limit
	case e != (Exit{}):
		return fmt.Sprintf("%+v\n%s", e, prog.Stderr.Tail(2000))
	case said == "done":
		return "yes"
	}
	return "no"
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

// column is where a plan is in the table.
func (p plan) column() int {
	switch {
	case p.rooted:
		return 0
	case p.flags != 0:
		return 1
	}
	return 2
}

// TestAttacks holds each plan that opens here against the table.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		attackEach(t, outermost())
		return
	}
	attackEach(t, plans)
}

// outermost are the plans that close off most and least.
func outermost() []plan { return []plan{plans[0], plans[len(plans)-1]} }

// TestAttacksAlone: root attacks as root, without privileges, where there is no other
// user to become.
func TestAttacksAlone(t *testing.T) {
	skipInShort(t)
	if !droppable() {
		t.Skip("the grader is not root: it runs programs as itself anyway")
	}
	before := droppable
	droppable = func() bool { return false }
	t.Cleanup(func() { droppable = before })
	attackEach(t, outermost())
}

func skipInShort(t *testing.T) {
	if testing.Short() {
		t.Skip("the same attacks, once more")
	}
}

func attackEach(t *testing.T, plans []plan) {
	t.Setenv("PATH", "/usr/local/bin:/usr/bin:/bin") // what every user can reach
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("the attacks are written in Python, which is not installed")
	}
	for i, p := range plans {
		t.Run(fmt.Sprintf("plan %d", i+1), func(t *testing.T) {
			openAs(t, p)
			if landlockVersion() < landlockScopes && !p.rooted {
				t.Skip("this kernel's Landlock does not bound signals")
			}
			for _, a := range newSchool(t).attacks() {
				t.Run(a.name, func(t *testing.T) { attackOnce(t, p, a.name) })
			}
		})
	}
}

// attackOnce does one attack on a school of its own.
func attackOnce(t *testing.T, p plan, name string) {
	t.Parallel()
	s := newSchool(t)
	attacks := s.attacks()
	a := attacks[slices.IndexFunc(attacks, func(a attack) bool { return a.name == name })]
	want := a.want[p.column()]
	if name == readsAsRoot && os.Geteuid() == 0 && !droppable() {
		want = "yes" // being root, if without privileges
	}
	if got := try(t, p, s, a); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := s.unharmed(); err != nil {
		t.Errorf("it did harm: %v", err)
	}
}

// readsAsRoot is an attack that succeeds where programs run as root.
const readsAsRoot = "becomes root, and reads root's files"

// TestAttacksOfOrdinaryUser has an ordinary user do all that.
func TestAttacksOfOrdinaryUser(t *testing.T) {
	skipInShort(t)
	if !droppable() {
		t.Skip("the grader is no root: it cannot become an ordinary user")
	}
	asOrdinaryUser(t, "^(TestAttacks|TestSubmission.*|TestUsage|TestSockets|TestNoPrivileges)$")
}

// asOrdinaryUser runs tests of this binary again as nobody.
func asOrdinaryUser(t *testing.T, tests string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "sandbox-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(os.Chmod(folder, 0o777), os.CopyFS(folder+"/testdata", os.DirFS("testdata")))
	if out, copied := exec.Command("cp", self, folder+"/tests").CombinedOutput(); err != nil || copied != nil {
		t.Fatalf("copy the tests: %v, %s", err, out)
	}
	cmd := exec.Command("./tests", "-test.run", tests, "-test.v")
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "TMPDIR="+folder, "HOME="+folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("as an ordinary user: %v\n%s", err, out)
	}
}
