package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// say runs a shell script in a box and returns what it prints, the ends of lines
// made spaces.
func say(t *testing.T, b *Box, script string) string {
	t.Helper()
	p, err := b.Start(t.Context(), Command{
		Args: []string{"sh", "-c", "exec 2>&1; " + script}, Env: []string{"PATH=/usr/bin:/bin", "HOME=" + b.Home()},
	})
	if err != nil {
		t.Fatal(err)
	}
	wait(t, p)
	p.Flush(5 * time.Second)
	return strings.Join(strings.Fields(string(p.Stdout.Head())), " ")
}

// eachRoom opens a box for a folder by each plan that opens here.
func eachRoom(t *testing.T, r Room, test func(t *testing.T, b *Box)) {
	for i, p := range plans {
		t.Run(fmt.Sprintf("plan %d", i+1), func(t *testing.T) {
			openAs(t, p)
			b, err := openPlan(t.Context(), p, r)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.Close() })
			test(t, b)
		})
	}
}

func writeFile(t *testing.T, path, body string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(body), mode); err != nil {
		t.Fatal(err)
	}
}

// TestSubmission: a program meets its folder as it was handed in, with the rights and
// times of files, may write there, and leaves nothing. The folder may be closed to
// everybody but the grader.
func TestSubmission(t *testing.T) {
	class := t.TempDir()
	dir := filepath.Join(class, "it's, kim:")
	must(t, os.MkdirAll(dir+"/src", 0o700))
	must(t, os.Chmod(class, 0o700))
	writeFile(t, dir+"/run", "#!/bin/sh\necho ran \"$@\"\n", 0o700)
	writeFile(t, dir+"/src/data", "data", 0o600)
	must(t, os.Chtimes(dir+"/src/data", time.Unix(1e9, 0), time.Unix(1e9, 0)))
	must(t, os.Symlink("src/data", dir+"/link"))
	must(t, os.Symlink("/proc/1/environ", dir+"/foreign"))
	must(t, unix.Mkfifo(dir+"/pipe", 0o600))
	eachRoom(t, Room{Dir: dir}, func(t *testing.T, b *Box) {
		got := say(t, b, `./run x; cat link; echo; stat -c %Y src/data; echo more >> src/data; echo new > new; mkdir folder
			rm run; ls; cat src/data`)
		if want := "ran x data 1000000000 folder foreign link new src datamore"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	if names := list(t, dir); names != "foreign link pipe run src" {
		t.Errorf("the folder has changed: %s", names)
	}
	if body, err := os.ReadFile(dir + "/src/data"); err != nil || string(body) != "data" {
		t.Errorf("a file has changed: %q, %v", body, err)
	}
}

// TestSubmissionIsKept: what is built in a folder that is given away is there afterwards, and
// still nothing else can be written.
func TestSubmissionIsKept(t *testing.T) {
	eachRoom(t, Room{}, func(t *testing.T, b *Box) {
		_ = b.Close()
		dir := t.TempDir()
		must(t, os.Mkdir(dir+"/in", 0o700))
		writeFile(t, dir+"/in/source", "source", 0o600)
		writeFile(t, dir+"/neighbour", "", 0o666)
		kept, err := openPlan(t.Context(), b.plan, Room{Dir: dir + "/in", Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { must(t, kept.Close()) }()
		say(t, kept, `cp source program; echo more >> source; echo x > ../neighbour; echo x > ../new`)
		if body, err := os.ReadFile(dir + "/in/program"); err != nil || string(body) != "source" {
			t.Errorf("what was built: %q, %v", body, err)
		}
		if body, _ := os.ReadFile(dir + "/in/source"); string(body) != "sourcemore\n" {
			t.Errorf("what was changed: %q", body)
		}
		body, err := os.ReadFile(dir + "/neighbour")
		must(t, err)
		rules, err := newLandlock(b.setup.Landlock, true)
		must(t, err)
		if names := list(t, dir); (rules != nil || b.plan.rooted) && (len(body) > 0 || names != "in neighbour") {
			t.Errorf("the neighbour holds %q, the folder %s", body, names)
		}
	})
}

// TestSubmissionTooLarge: what is too large to be copied is seen all the same. In a
// file system of its own it can be written over; the folder keeps what it had.
func TestSubmissionTooLarge(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir+"/big", "", 0o644)
	must(t, os.Truncate(dir+"/big", maxCopy+1))
	writeFile(t, dir+"/small", "small", 0o644)
	eachRoom(t, Room{Dir: dir}, func(t *testing.T, b *Box) {
		got := say(t, b, `stat -c %s big; cat small; echo; echo new > new && echo written; rm -f new`)
		want := fmt.Sprintf("%d small", maxCopy+1)
		if !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q at its beginning", got, want)
		}
		if written := strings.HasSuffix(got, "written"); written != b.plan.rooted {
			t.Errorf("got %q; written: want %v", got, b.plan.rooted)
		}
	})
	if names := list(t, dir); names != "big small" {
		t.Errorf("the folder has changed: %s", names)
	}
}

// TestCommandIsShown: what the command names can be read, with its neighbours, but
// not what lies elsewhere in a folder that is hidden.
func TestCommandIsShown(t *testing.T) {
	tools, class := t.TempDir(), t.TempDir()
	must(t, os.Mkdir(class+"/kim", 0o755))
	writeFile(t, tools+"/server.sh", ". "+tools+"/helper.sh; cat "+class+"/key", 0o644)
	writeFile(t, tools+"/private.sh", "echo private", 0o600)
	writeFile(t, tools+"/helper.sh", "echo helped", 0o644)
	writeFile(t, class+"/key", "secret", 0o644)
	writeFile(t, class+"/named", "named", 0o644)
	room := Room{
		Dir: class + "/kim", Hide: []string{class},
		Command: []string{"sh", tools + "/server.sh", tools + "/private.sh", class + "/named"},
	}
	t.Setenv("PATH", "/usr/bin:/bin")
	eachRoom(t, room, func(t *testing.T, b *Box) {
		got := say(t, b, "sh "+tools+"/server.sh; sh "+tools+"/private.sh; cat "+class+"/named")
		if !strings.HasPrefix(got, "helped cat:") || !strings.HasSuffix(got, "private named") {
			t.Errorf("got %q", got)
		}
	})
}

// TestFreshHome: no box finds what another left.
func TestFreshHome(t *testing.T) {
	eachRoom(t, Room{Dir: t.TempDir()}, func(t *testing.T, b *Box) {
		other, err := openPlan(t.Context(), b.plan, Room{Dir: t.TempDir()})
		must(t, err)
		defer func() { _ = other.Close() }()
		leave := `for d in "$HOME" /tmp /var/tmp /dev/shm; do echo x > $d/left-by-a-test; done 2>/dev/null; ls -A "$HOME"`
		if got := say(t, other, leave); got != "left-by-a-test" {
			t.Fatalf("nothing could be left: %q", got)
		}
		if got := say(t, b, `ls -d "$HOME"/* /tmp/left* /var/tmp/left* /dev/shm/left* 2>/dev/null`); got != "" {
			t.Errorf("found %q", got)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// TestSubmissionAboveItsCopy: the folder in which boxes lie may be the submission's own.
func TestSubmissionAboveItsCopy(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	writeFile(t, dir+"/data", "data", 0o644)
	eachRoom(t, Room{Dir: dir}, func(t *testing.T, b *Box) {
		if got := say(t, b, "cat data; find . -path '*/submission/*'"); got != "data" {
			t.Errorf("got %q", got)
		}
	})
}
