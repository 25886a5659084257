package class

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// room is where a submission lies while it is graded.
type room struct{ dir, files string }

// newRoom makes the folders. Their names are of one length, so that what is cut of a program's
// output does not hang on them.
func newRoom() (*room, error) {
	base, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		return nil, fmt.Errorf("make a room for the submission: %w", err)
	}
	for range 100 {
		dir := filepath.Join(base, fmt.Sprintf("lab-class-%016x", rand.Uint64()))
		if err = os.Mkdir(dir, 0o755); err == nil {
			r := &room{dir, filepath.Join(dir, "files")}
			return r, errors.Join(os.Chmod(dir, 0o755), os.Mkdir(r.files, 0o755), os.Chmod(r.files, 0o755))
		}
		if !errors.Is(err, os.ErrExist) {
			break
		}
	}
	return nil, fmt.Errorf("make a room for the submission: %w", err)
}

// remove removes the room, in which a program may have taken rights away.
func (r *room) remove() { _ = sandbox.RemoveAll(r.dir) }

// scratch is what compilers call the files that they throw away.
var scratch = regexp.MustCompile(`/tmp/(cc|go-build|go-link-)[A-Za-z0-9]+`)

// tidy takes all out of a record that another run would say otherwise: durations, and where
// the files lay.
func (r *room) tidy(record *Record) {
	names := strings.NewReplacer(r.files+"/", "", r.files, ".", r.dir, ".")
	plain := func(s string) string { return scratch.ReplaceAllString(names.Replace(s), "/tmp/$1") }
	one := &record.Result
	one.Seconds = 0
	for i := range one.Checks {
		c := &one.Checks[i]
		c.Seconds = 0
		if _, rest, ok := strings.Cut(c.Output, "\n"); ok && c.OutputCut > 0 {
			c.OutputCut += int64(len(c.Output) - len(rest))
			c.Output = rest // the first line may have been cut within a name
		}
		c.Output = plain(c.Output)
		for _, m := range append([]*text.Message{&c.Message, &c.Ended}, each(c.Steps)...) {
			tidyMessage(m, plain)
		}
	}
	record.Build = plain(record.Build)
	if one.Intake != nil {
		one.Intake.Log = plain(one.Intake.Log)
	}
}

func each(messages []text.Message) []*text.Message {
	all := make([]*text.Message, len(messages))
	for i := range messages {
		all[i] = &messages[i]
	}
	return all
}

func tidyMessage(m *text.Message, plain func(string) string) {
	for i, arg := range m.Args {
		switch arg := arg.(type) {
		case string:
			m.Args[i] = plain(arg)
		case error:
			m.Args[i] = plain(arg.Error())
		case text.Message:
			tidyMessage(&arg, plain)
			m.Args[i] = arg
		}
	}
}
