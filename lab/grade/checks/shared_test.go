package checks

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"echolab/lab/grade"
)

// noNamespaces runs a command where no namespace opens, as in a container: root of
// a user namespace that may have none below it, and without a capability.
const noNamespaces = `echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all -- "$@"`

// TestSharedPort grades a program that does not set SO_REUSEADDR at a port of the
// machine, check after check: nothing of one check may keep the port from the next.
func TestSharedPort(t *testing.T) {
	if os.Getenv("LAB_SHARED_PORT") == "" {
		t.Log(withoutNamespaces(t))
		return
	}
	program := filepath.Join(programs, "echo-tcp-once", "python", "good-without-reuse.patch")
	k, err := readKnown(program)
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(t.TempDir(), "server.py")
	if err := os.WriteFile(source, []byte(k.text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, assignment := range []string{"echo-tcp-once", "echo-tcp"} {
		r := gradeFixed(t, assignment, freePort(t), python(t), source, "{host}", "{port}")
		if len(r.Warnings) == 0 {
			t.Fatal("the program had a network of its own")
		}
		if r.Count(grade.Errored) > 0 {
			t.Logf("%s: the port was kept all the same, and the program not blamed", assignment)
		}
		wantFailing(t, r, map[string][]string{"echo-tcp": {"answers-every-message"}}[assignment]...)
	}
}

func freePort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

// withoutNamespaces runs this test again, and returns what it said.
func withoutNamespaces(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "sh", "-c", noNamespaces, "sh",
		self, "-test.run", "^TestSharedPort$", "-test.v")
	cmd.Env = append(os.Environ(), "LAB_SHARED_PORT=1")
	out, err := cmd.CombinedOutput()
	said := string(out)
	if err != nil && !strings.Contains(said, "--- FAIL") {
		t.Skipf("namespaces cannot be closed off here: %v: %s", err, said)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	return said
}
