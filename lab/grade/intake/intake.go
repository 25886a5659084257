// Package intake makes a clean folder of what a student has handed in: a folder or an
// archive, from any system. It says in sentences what it mended and what it left out,
// and it refuses what may harm the one who grades. What was handed in stays as it is.
//
// Read intake.go first, then source.go (what is handed in, entry by entry), copy.go (what
// of it is taken) and mend.go (how the file that starts the program is made to start).
package intake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"echolab/lab/text"
)

// Bounds of one submission.
const (
	MostFiles = 5000
	MostBytes = 100 << 20 // of all files together, unpacked
	MostDepth = 16        // folders in each other
	mostNotes = 20        // of one kind
)

// Refusal is why a submission was not taken as a whole.
type Refusal struct{ Reason text.Message }

// Error is the reason in English.
func (r *Refusal) Error() string { return r.Reason.String() }

func refusef(format text.Phrase, args ...any) error { return &Refusal{text.Sayf(format, args...)} }

// Taken is a submission that can be graded.
type Taken struct {
	Dir   string         // where its files lie: the folder that was given, or one inside
	Notes []text.Message // what was mended, left out or found
}

// Main is the file that all begins with.
type Main struct {
	Name  string // within the folder, as "run"; "" is not known
	Start bool   // it is started by itself, so that line ends, a first line and rights matter
}

// Take copies the submission from, a folder or an archive, into the empty folder to. The
// error is a *Refusal where the submission is at fault.
func Take(from, to string, main Main) (*Taken, error) {
	c, err := copyInto(from, to)
	if err != nil {
		return nil, err
	}
	if inner := c.onlyArchive(); inner != "" {
		c, err = unpackInner(c, to, inner)
	}
	if err != nil {
		return nil, err
	}
	if len(c.files) == 0 {
		return nil, refusef("there are no files in it")
	}
	t := &Taken{Dir: to, Notes: c.notes()}
	t.enter(c.files, main.Name)
	if err := t.mend(main); err != nil {
		return nil, fmt.Errorf("mend %s: %w", main.Name, err)
	}
	t.look()
	return t, nil
}

func (t *Taken) notef(format text.Phrase, args ...any) {
	t.Notes = append(t.Notes, text.Sayf(format, args...))
}

// copyInto copies what is in a folder or an archive.
func copyInto(from, to string) (*copier, error) {
	each, err := open(from)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return nil, err
	}
	c := &copier{root: root}
	return c, errors.Join(each(c.take), root.Close(), openFolders(to))
}

// openFolders lets everybody into the folders, whatever the umask is: a program may run as
// somebody else than the one who grades.
func openFolders(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
}

// unpackInner takes the archive that was all that lay in the folder: platforms hand out
// a folder for each student, with the file that was uploaded in it.
func unpackInner(outer *copier, to, inner string) (*copier, error) {
	packed := filepath.Join(to, filepath.FromSlash(inner))
	aside, err := os.CreateTemp("", "lab-intake-*"+archiveEnding(inner))
	if err != nil {
		return nil, err
	}
	defer os.Remove(aside.Name()) //nolint:errcheck // a file of ours that nobody needs any more
	content, err := os.ReadFile(packed)
	if err != nil {
		return nil, err
	}
	_, err = aside.Write(content)
	if err := errors.Join(err, aside.Close(), os.RemoveAll(filepath.Join(to, firstPart(inner)))); err != nil {
		return nil, err
	}
	c, err := copyInto(aside.Name(), to)
	if err != nil {
		return nil, err
	}
	c.refused = append(outer.refused, c.refused...)
	c.says = append(append(outer.says, text.Sayf("unpacked: %s", inner)), c.says...)
	return c, nil
}

// enter goes into the folder that holds everything, or the one that holds the main file.
func (t *Taken) enter(files []string, main string) {
	inside := ""
	for {
		next := onlyFolder(files)
		if next == "" {
			next = folderWith(files, main)
		}
		if next == "" {
			break
		}
		inside += next + "/"
		files = below(files, next+"/")
	}
	if inside != "" {
		t.Dir = filepath.Join(t.Dir, filepath.FromSlash(inside))
		t.notef("everything lies in a folder: %s", inside)
	}
}

// onlyFolder is the first part that all names share, if they have more parts.
func onlyFolder(files []string) string {
	first := firstPart(files[0])
	for _, f := range files {
		if f == first || firstPart(f) != first {
			return ""
		}
	}
	return first
}

// folderWith is the only folder that has the main file where it is missing here.
func folderWith(files []string, main string) string {
	found := ""
	for _, f := range files {
		dir, name, nested := strings.Cut(f, "/")
		switch {
		case main == "" || f == main || nested && name == main && found != "":
			return ""
		case nested && name == main:
			found = dir
		}
	}
	return found
}

// below are the names inside a folder.
func below(files []string, prefix string) []string {
	var inside []string
	for _, f := range files {
		if rest, ok := strings.CutPrefix(f, prefix); ok {
			inside = append(inside, rest)
		}
	}
	return inside
}

func firstPart(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}
