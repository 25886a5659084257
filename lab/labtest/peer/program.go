package peer

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Ours is the command that runs a program of testdata/peers, which is
// compiled first if it is C. Where that cannot be, the test is skipped.
func Ours(t testing.TB, name string) []string {
	t.Helper()
	source := filepath.Join(root(t), "testdata", "peers", name)
	if filepath.Ext(name) == ".py" {
		return []string{"python3", "-u", source}
	}
	return []string{compile(t, "cc", source)}
}

// root is the folder of the checkout.
func root(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		t.Skip("the test binary does not know where its source is")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

// compile makes a program of a C or C++ source in a folder of the test's.
func compile(t testing.TB, compiler string, arguments ...string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the C peers use the sockets of Unix")
	}
	if _, err := exec.LookPath(compiler); err != nil {
		t.Skipf("%s is not here: %v", compiler, err)
	}
	program := filepath.Join(t.TempDir(), "peer")
	cmd := exec.Command(compiler, append([]string{"-o", program}, arguments...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", compiler, arguments, err, out)
	}
	return program
}

// Original is the command that runs a program of the documents. The program
// is what stands in the document with that number, from the first line that
// contains begin behind the line that contains after, up to the next line
// that contains end; old and new text in pairs may change a port that is
// written into it. Where the documents or the language are not here, the test
// is skipped.
func Original(t testing.TB, number, after, begin, end string, changes ...string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root(t), "..", "shared", "documents", number+"_*.txt"))
	if err != nil || len(found) != 1 {
		t.Skipf("document %s is not beside the checkout", number)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	source := strings.NewReplacer(changes...).Replace(cut(t, string(text), after, begin, end))
	if strings.HasPrefix(source, "import ") {
		return []string{"python3", "-u", save(t, "original.py", source)}
	}
	// These programs are older than the compilers of today.
	return []string{compile(t, "g++", "-w", "-fpermissive", "-include", "cstring", save(t, "original.cpp", source))}
}

// cut is the part of a text from a line to a line.
func cut(t testing.TB, text, after, begin, end string) string {
	t.Helper()
	_, rest, ok1 := strings.Cut(text, after)
	start := strings.Index(rest, begin)
	if !ok1 || start < 0 {
		t.Fatalf("the document has no %q behind %q", begin, after)
	}
	program, _, ok2 := strings.Cut(rest[start:], end)
	if !ok2 {
		t.Fatalf("the document's program has no end %q", end)
	}
	return program
}

// save writes a source into a folder of the test's.
func save(t testing.TB, name, source string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// FreePort is a TCP port that was closed a moment ago, for programs that cannot
// choose one themselves.
func FreePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
