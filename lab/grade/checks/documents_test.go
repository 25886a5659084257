package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"echolab/lab/grade"
)

// document reads one of the documents that assignments come from. They lie
// beside the checkout where there are any, and are no part of it.
func document(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../../../../shared/documents", name))
	if err != nil {
		t.Skipf("the documents are not here: %v", err)
	}
	return strings.ReplaceAll(string(body), "\r\n", "\n")
}

// between cuts a program out of a document.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	program, _, found := strings.Cut(rest, to)
	if !ok || !found {
		t.Fatalf("the document has nothing between %q and %q", from, to)
	}
	return program
}

// compile builds a program of the documents, which leave some headers out.
func compile(t *testing.T, source string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	cmd := exec.Command("g++", "-w", "-fpermissive", "-include", "cstring", "-include", "cstdlib", "-x", "c++", "-o", program, "-")
	cmd.Stdin = strings.NewReader(source)
	if out, err := cmd.CombinedOutput(); err != nil {
		if _, missing := exec.LookPath("g++"); missing != nil {
			t.Skip("no C++ compiler here")
		}
		t.Fatalf("compile: %v\n%s", err, out)
	}
	return program
}

// gradeFixed grades a program that has its port in its source.
func gradeFixed(t *testing.T, assignment string, port uint16, command ...string) *grade.Result {
	t.Helper()
	a, _ := Find(assignment)
	r, err := grade.Run(t.Context(), a, grade.Options{Command: command, Port: port, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantFailing wants exactly these checks to fail.
func wantFailing(t *testing.T, r *grade.Result, want ...string) {
	t.Helper()
	if got := failing(r); !slices.Equal(got, want) {
		explain(t, r)
		t.Errorf("%s: failing checks: %v, want %v", r.Assignment, got, want)
	}
}

func TestDocument000Server(t *testing.T) {
	t.Parallel()
	source := between(t, document(t, doc000), "```python\n", "```")
	program := filepath.Join(t.TempDir(), "server.py")
	if err := os.WriteFile(program, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	interpreter := python(t)
	if r := gradeFixed(t, "echo-tcp-once", 10070, interpreter, program); r.Score != r.Max {
		explain(t, r)
		t.Errorf("%d of %d points, want all", r.Score, r.Max)
	}
	r := gradeFixed(t, "echo-tcp", 10070, interpreter, program)
	// It prints what it received as UTF-8, and cannot where it is not.
	wantFailing(t, r, "keeps-every-byte", "answers-every-message")
	// What was sent to a socket that is closed already is answered by a reset.
	m := r.Find("answers-every-message").Message.String()
	if !strings.Contains(m, "closed the connection") && !strings.Contains(m, "the connection was reset") {
		t.Errorf("message = %q, want the reason", m)
	}
}

func TestDocument001Server(t *testing.T) {
	t.Parallel()
	program := compile(t, between(t, document(t, doc001), "// echo_server.c", "Iterative 에코 클라이언트"))
	r := gradeFixed(t, "echo-tcp-concurrent", 0, program, "{port}")
	wantFailing(t, r, "serves-next-client", "idle-client-blocks-nobody")
	if m := r.Find("idle-client-blocks-nobody").Message.String(); !strings.Contains(m, "client A was connected and silent") {
		t.Errorf("message = %q, want the idle client named", m)
	}
}

func TestDocument001Client(t *testing.T) {
	t.Parallel()
	program := compile(t, between(t, document(t, doc001), "// echo_client.cpp", "위 예제에서는"))
	// It receives once for each line, reads 1,024 bytes of one, and looks neither at the end of its input nor at recv's 0.
	wantFailing(t, gradeFixed(t, "client-tcp", 0, program, "{host}", "{port}"),
		"reads-whole-reply", "long-lines", "ends-at-eof", "ends-when-server-closes")
}

func TestDocument004Server(t *testing.T) {
	t.Parallel()
	source := between(t, document(t, doc004), "[서버 코드]", "[클라이언트 코드]")
	program := compile(t, strings.ReplaceAll(source, "####", "//##"))
	r := gradeFixed(t, "echo-tcp-concurrent", 9000, program)
	wantFailing(t, r, "idle-client-blocks-nobody")
}
