package class

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/text/encoding/korean"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	goleak.VerifyTestMain(m)
}

// server is a TCP server that answers one message of each client: it needs python3.
const server = `import os, socket
s = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
while True:
    c, _ = s.accept()
    c.sendall(c.recv(100))
    c.close()
`

// python is the interpreter itself: what lies in PATH may be a slow launcher.
var python = sync.OnceValue(func() string {
	out, _ := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out))
})

// run starts the server as those who do all as they should.
func run(t *testing.T) string {
	t.Helper()
	if python() == "" {
		t.Skip("python3 does not run here")
	}
	return "#!/bin/sh\nexec " + python() + " server.py\n"
}

// echoes is the smallest check.
func echoes(ctx context.Context, s *grade.Subject) error {
	if err := s.Start(ctx); err != nil {
		return err
	}
	c, err := s.Dial(ctx)
	if err != nil {
		return grade.Failf("The client should have been able to connect, but it was not.")
	}
	defer func() { _ = c.Close() }()
	word := fmt.Sprint(s.Rand.Uint64())
	s.Stepf("send %s", word)
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = c.Write([]byte(word))
	buf := make([]byte, 100)
	n, _ := c.Read(buf)
	if string(buf[:n]) != word {
		return grade.Failf("%s should have come back, but %s came.", word, grade.Quote(buf[:n]))
	}
	return nil
}

// small is an assignment of two checks.
func small() grade.Assignment {
	return grade.Assignment{ID: "small", Title: "Small", Kind: grade.Server, Network: "tcp", Checks: []grade.Check{
		{ID: "echoes", Title: "echoes", Points: 10, Hint: "Send back what came.", Run: echoes},
		{ID: "again", Title: "echoes again", Points: 5, Needs: []string{"echoes"}, Run: echoes},
	}}
}

// tree makes files below a folder. A name that ends in .zip holds a zip file of the lines
// "name: content" of its content.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	return dir
}

func put(t *testing.T, path, content string) {
	t.Helper()
	mode := os.FileMode(0o644)
	if strings.HasPrefix(content, "#!") {
		mode = 0o755
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), mode)); err != nil {
		t.Fatal(err)
	}
}

// zipOf is a zip file, with names in code page 949 as Windows writes them in Korea.
func zipOf(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(names); i += 2 {
		name, err := korean.EUCKR.NewEncoder().String(names[i])
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true, Method: zip.Deflate})
		if err == nil {
			_, err = out.Write([]byte(names[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// graded grades a class and returns what is there then.
func graded(t *testing.T, from, output string, o Options) *Summary {
	t.Helper()
	c, err := Open(small(), from, output, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Grade(t.Context(), func(*Record, time.Duration, int, int) error { return nil }); err != nil {
		t.Fatal(err)
	}
	s, err := Folder(output).Summarise(&c.List)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// told is a row in one line.
func told(r *Record) string {
	words := []string{fmt.Sprintf("%s %d/%d", r.Entry.Name, r.Result.Score, r.Result.Max)}
	if r.Result.Intake != nil {
		words = append(words, string(r.Result.Intake.Status))
		for _, n := range r.Result.Intake.Notes {
			words = append(words, n.String())
		}
	}
	return strings.Join(words, "; ")
}

// mixed are a class as it is: good ones, wrong ones, and all that may be wrong with what is
// handed in.
func mixed(t *testing.T) (files map[string]string, want map[string]string) {
	good := run(t)
	wrong := strings.Replace(server, "c.recv(100)", "c.recv(100)[:3]", 1)
	crash := strings.Replace(server, "c.sendall", "c.sendnothing", 1)
	files = map[string]string{
		"a-good/run": good, "a-good/server.py": server,
		"b-wrong/run": good, "b-wrong/server.py": wrong,
		"c-crash/run": good, "c-crash/server.py": crash,
		"d.zip":             zipOf(t, "과제/run", strings.ReplaceAll(good, "\n", "\r\n"), "과제/server.py", server),
		"e-empty/.gitkeep":  "",
		"f.zip":             "no zip",
		"g.rar":             "Rar!",
		"h-norun/server.py": server,
		"i-shell/run":       strings.TrimPrefix(good, "#!/bin/sh\n"), "i-shell/server.py": server,
		"j-missing/run": "#!/bin/sh\nexec no-such-interpreter server.py\n",
		"k/run":         good, "k/server.py": server, "k.zip": zipOf(t, "run", good),
		"notes.txt": "mine",
	}
	want = map[string]string{
		"a-good": "15/15", "b-wrong": "0/15", "c-crash": "0/15",
		"d": "15/15; ; its names are in code page 949 (CP949): decoded; everything lies in a folder: 과제/; " +
			"CRLF at the line ends of run: made LF; run was not executable: made so",
		"e-empty": "0/15; could not be started; there is no file run",
		"f":       "0/15; refused; the archive cannot be read: zip: not a valid zip file",
		"g":       "0/15; refused; a file .rar cannot be unpacked here; a .zip can",
		"h-norun": "0/15; could not be started; there is no file run",
		"i-shell": "15/15; ; no line #! at the beginning of run: added #!/bin/sh; run was not executable: made so",
		"j-missing": "0/15; could not be started; The program should listen on TCP port PORT, but it ended before it did " +
			"(exit status 127).",
		"k": "0/15; refused; it was handed in twice: k, k.zip",
	}
	return files, want
}

// TestMixed: everybody has a row, and what is wrong with the hand-in is told apart from a
// program that fails.
func TestMixed(t *testing.T) {
	files, want := mixed(t)
	s := graded(t, tree(t, files), t.TempDir(), Options{Jobs: 2, Students: []Student{
		{ID: "2026-1", Name: "김철수", Folder: "a-good"}, {ID: "2026-2", Name: "Zoe"},
	}})
	want["2026-2"] = "0/15; not handed in"
	for _, r := range s.Records {
		got := regexp.MustCompile(`port \d+`).ReplaceAllString(told(r), "port PORT")
		if want := r.Entry.Name + " " + want[r.Entry.Name]; got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if len(s.Records) != len(want) || len(s.Missing) != 0 || strings.Join(s.LeftOut, " ") != "notes.txt" {
		t.Errorf("%d records, want %d; missing %v, left out %v", len(s.Records), len(want), s.Missing, s.LeftOut)
	}
	if s.Graded != 5 || s.Points != 45 || s.Median != 15 || s.Histogram[Tenths] != 3 || s.Histogram[0] != 2 {
		t.Errorf("%d graded, %d points, median %v, histogram %v", s.Graded, s.Points, s.Median, s.Histogram)
	}
	if got := fmt.Sprint(s.Checks[0].Passed, s.Checks[0].Of, s.Checks[1].Passed, s.Checks[1].Of); got != "3 5 3 3" {
		t.Errorf("rates %s, want 3 of 5 and 3 of 3", got)
	}
	if got := len(s.Strangers()); got != 10 {
		t.Errorf("%d strangers, want all but one: %v", got, s.Strangers())
	}
	if r, err := Folder("nowhere").Record("x"); err == nil {
		t.Errorf("a record from nowhere: %v", r)
	}
}

// TestBuild: programs that are made first, with the log of each.
func TestBuild(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell here")
	}
	from := tree(t, map[string]string{
		"a-good/make.sh": "cp template run; echo made; ls", "a-good/template": run(t), "a-good/server.py": server,
		"b-broken/make.sh":  "echo $PWD/server.c:1: error; exit 3",
		"c-slow/make.sh":    "echo begun; sleep 1000",
		"d-nothing/make.sh": "echo well",
	})
	s := graded(t, from, t.TempDir(), Options{Build: "sh make.sh", BuildTimeout: time.Second, Jobs: 2})
	want := []string{
		"a-good 15/15; ",
		"b-broken 0/15; could not be built; building it with sh make.sh failed: exit status 3",
		"c-slow 0/15; could not be built; building it with sh make.sh took longer than 1s",
		"d-nothing 0/15; could not be started; there is no file run",
	}
	logs := []string{"made\nmake.sh\nrun\nserver.py\ntemplate\n", "server.c:1: error\n", "begun\n", "well\n"}
	for i, r := range s.Records {
		if got := told(r); got != want[i] {
			t.Errorf("%s, want %s", got, want[i])
		}
		if r.Build != logs[i] || r.Result.Intake.Log != logs[i] {
			t.Errorf("%s: log %q and %q, want %q", r.Entry.Name, r.Build, r.Result.Intake.Log, logs[i])
		}
	}
}

// TestHostile: a program that ends whatever it can reach ends no other, nor the class.
func TestHostile(t *testing.T) {
	box, err := sandbox.Open(t.Context(), sandbox.Room{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	isolated := box.Isolated()
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	if !isolated {
		t.Skip("without namespaces a program may end whatever its user may end")
	}
	good := run(t)
	s := graded(t, tree(t, map[string]string{
		"a/run": good, "a/server.py": server,
		"b/run": "#!/bin/sh\nkill -9 0; kill -9 -1; kill -9 $PPID; sleep 1000\n",
		"c/run": "#!/bin/sh\ntrap '' TERM; kill -9 $PPID; rm -rf \"$PWD\"/* \"$PWD\"; kill -9 -1\n",
		"d/run": good, "d/server.py": server,
	}), t.TempDir(), Options{Jobs: 2, Options: grade.Options{StartTimeout: time.Second}})
	for i, want := range []string{"15", "0", "0", "15"} {
		if got := fmt.Sprint(s.Records[i].Result.Score); got != want {
			t.Errorf("%s: %s points, want %s", s.Records[i].Entry.Name, got, want)
		}
	}
}

// TestInterrupt ends a class when the first submission is done while the second is being graded
// and the others wait. Then it goes on.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	from := tree(t, map[string]string{"a/f.sh": "", "b/f.sh": "", "c/f.sh": "", "d/f.sh": ""})
	begun, ending := make(chan struct{}), true
	a := grade.Assignment{ID: "small", Checks: []grade.Check{{ID: "check", Points: 1, Run: func(ctx context.Context, s *grade.Subject) error {
		if ending && s.Rand.Uint64() > 0 {
			select {
			case begun <- struct{}{}: // the first
				return nil
			case <-begun: // the second
				<-ctx.Done()
				return ctx.Err()
			}
		}
		return nil
	}}}}
	o := Options{Options: grade.Options{Command: []string{"sh", "f.sh"}}, Jobs: 2, Resume: true}
	output := t.TempDir()
	heard := 0
	grading := func() error {
		c, err := Open(a, from, output, o)
		if err != nil {
			t.Fatal(err)
		}
		return c.Grade(ctx, func(*Record, time.Duration, int, int) error { heard++; cancel(); return nil })
	}
	if err := grading(); !errors.Is(err, context.Canceled) || heard != 2 {
		t.Errorf("heard of %d, error %v; want 2, and that the user ended it", heard, err)
	}
	list, err := Folder(output).List()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Folder(output).Summarise(list)
	if err != nil || s.Graded != 1 || s.Cut != 1 || len(s.Missing) != 2 {
		t.Errorf("%d graded, %d cut, missing %v (%v); want 1, 1 and two", s.Graded, s.Cut, s.Missing, err)
	}
	if _, err := Merge(t.TempDir(), []string{output}); err == nil || !strings.Contains(err.Error(), "3 of 4 submissions are missing") {
		t.Errorf("merge says %v", err)
	}
	ctx, heard, ending = t.Context(), 0, false
	if err := grading(); err != nil || heard != 3 {
		t.Errorf("went on with %d, error %v; want 3", heard, err)
	}
}

// TestUsage: what makes no sense is refused before anything is graded.
func TestUsage(t *testing.T) {
	from := tree(t, map[string]string{"a/run": "#!/bin/sh\n"})
	tests := map[string]struct {
		from string
		o    Options
		says string
	}{
		"address":      {from, Options{Options: grade.Options{Address: "127.0.0.1:1"}}, "not one address"},
		"only nobody":  {from, Options{Only: []string{"b"}}, "no submission b"},
		"no folder":    {"nowhere", Options{}, "look for submissions"},
		"nothing":      {t.TempDir(), Options{}, "no folders and no archives"},
		"reserved":     {tree(t, map[string]string{"summary/run": ""}), Options{}, "rename it"},
		"two students": {from, Options{Students: []Student{{ID: "1", Folder: "a"}, {ID: "2", Folder: "a"}}}, "two students"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Open(small(), test.from, t.TempDir(), test.o); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q in it", err, test.says)
			}
		})
	}
}

// TestTidy: where a program lay, and how long it took, stands in no record.
func TestTidy(t *testing.T) {
	r, err := newRoom()
	if err != nil {
		t.Fatal(err)
	}
	r.remove()
	record := &Record{Build: r.files + "/a.c:1: error\n/tmp/ccA1b2C3.o: in main\n", Result: grade.Result{
		Seconds: 1, Checks: []grade.CheckResult{{
			Seconds: 2, OutputCut: 10, Output: r.files[5:] + "\nFile " + r.files + "/server.py\n",
			Message: text.Sayf("%s: %v", text.Sayf("%s", r.files+"/run"), errors.New(r.files+" is gone")),
			Steps:   []text.Message{text.Sayf("start %s", r.files+"/run")},
		}},
	}}
	r.tidy(record)
	c := record.Result.Checks[0]
	got := fmt.Sprintln(record.Build, record.Result.Seconds, c.Seconds, c.Output, c.Message, c.Steps[0])
	if want := "a.c:1: error\n/tmp/cc.o: in main\n 0 0 File server.py\n run: . is gone start run\n"; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	if want := int64(10 + len(r.files[5:]) + 1); c.OutputCut != want {
		t.Errorf("%d bytes cut, want %d", c.OutputCut, want)
	}
}
