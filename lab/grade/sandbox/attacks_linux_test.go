package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// try runs one attack in a box, and says what became of it.
func try(t *testing.T, p plan, s *school, a attack) string {
	t.Helper()
	b, err := openPlan(t.Context(), p, Room{Limits: Limits{Memory: 64 << 20}, Dir: s.own, Hide: []string{s.results}})
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
		return e.Signal + string(prog.Stderr.Tail(2000))
	case said == "done":
		return yes
	}
	return no
}

// column is where a plan is in the table.
func (p plan) column() int {
	switch {
	case p.rooted:
		return 0
	case p.flags != 0:
		return 1
	case landlockVersion() > 0:
		return 2
	}
	return 3
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
			if v := landlockVersion(); v > 0 && v < landlockScopes && !p.rooted {
				t.Skip("this kernel's Landlock does not bound signals")
			}
			p.guardGrader()
			t.Cleanup(func() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) })
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
		want = yes // being root, if without privileges
	}
	if got := try(t, p, s, a); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := s.unharmed(); err != nil && p.column() < 3 {
		t.Errorf("it did harm: %v", err)
	}
}

// readsAsRoot is an attack that succeeds where programs run as root.
const readsAsRoot = "becomes root, and reads root's files"

// TestAttacksInTheOpen is what an ordinary user's grader meets where there is neither.
func TestAttacksInTheOpen(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the grader is root: TestAttacksOfOrdinaryUser does this as an ordinary user")
	}
	before := landlockVersion
	landlockVersion = func() int { return 0 }
	t.Cleanup(func() { landlockVersion = before })
	attackEach(t, plans[len(plans)-1:])
}

// TestAttacksOfOrdinaryUser has an ordinary user do all that.
func TestAttacksOfOrdinaryUser(t *testing.T) {
	skipInShort(t)
	if !droppable() {
		t.Skip("the grader is no root: it cannot become an ordinary user")
	}
	asOrdinaryUser(t, "^(TestAttacks|TestAttacksInTheOpen|TestSubmission.*|TestUsage|TestSockets|TestNoPrivileges)$")
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
