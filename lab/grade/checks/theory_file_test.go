//go:build unix

package checks

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"echolab/lab/grade"
)

// TestAnswersThatAreNoFile hands in what would block a reader, or never end.
func TestAnswersThatAreNoFile(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"pipe":   {func(path string) error { return unix.Mkfifo(path, 0o600) }, "there is a named pipe"},
		"folder": {func(path string) error { return os.Mkdir(path, 0o700) }, "there is a folder"},
		"zero":   {func(path string) error { return os.Symlink("/dev/zero", path) }, "there is a link"},
		"link":   {linkToAnswers, "there is a link"},
		"huge":   {huge, "at most 65536 bytes, but has 1073741824"},
		"socket": {listenAt, "there is a socket"},
		"device": {func(path string) error { return unix.Mknod(path, unix.S_IFCHR|0o600, 1<<8|5) }, "there is a device"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "a") // short: the name of a socket has at most 107 bytes
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.RemoveAll(dir) }()
			path := filepath.Join(dir, "answers.txt")
			if err := c.make(path); err != nil {
				t.Skipf("cannot make it here: %v", err)
			}
			began := time.Now()
			r := gradeAnswers(t, path)
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v, want an answer at once", took)
			}
			if m := r.Checks[0].Message.String(); r.Count(grade.Failed) != len(r.Checks) || !strings.Contains(m, c.want) {
				t.Errorf("%d checks failed, message = %q, want %q", r.Count(grade.Failed), m, c.want)
			}
		})
	}
}

// linkToAnswers makes a link to a file that could hold the solution.
func linkToAnswers(path string) error {
	other := path + ".solution"
	if err := os.WriteFile(other, []byte("q1 = c\n"), 0o600); err != nil {
		return err
	}
	return os.Symlink(other, path)
}

// huge makes a file of 1 GiB that takes no room on the disk.
func huge(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return f.Truncate(1 << 30)
}

// listenAt leaves a socket behind.
func listenAt(path string) error {
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	return l.Close()
}
