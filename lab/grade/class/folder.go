package class

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The files of the whole class, beside those of each submission.
const (
	SummaryPage  = "summary.html"
	SummaryTable = "summary.csv"
	Times        = "times.csv" // how long each grading took: the only file that is never the same twice

	records = "records" // a record for each submission
	plans   = "class"   // what was found, and which shares are done
	list    = "list.json"
)

// mostFile bounds a record or a list that is read, in bytes.
const mostFile = 64 << 20

// Folder is where a class is graded into.
type Folder string

func (f Folder) file(parts ...string) string {
	return filepath.Join(append([]string{string(f)}, parts...)...)
}

// begin makes the folder, with the list of the class in it.
func (f Folder) begin(l *List) error {
	for _, dir := range []string{records, plans} {
		if err := os.MkdirAll(f.file(dir), 0o755); err != nil {
			return fmt.Errorf("make the folder of results: %w", err)
		}
	}
	return f.save(l, plans, list)
}

// write keeps a record.
func (f Folder) write(r *Record) error { return f.save(r, records, r.Entry.Name+".json") }

// save writes a file as a whole, or leaves it as it is.
func (f Folder) save(v any, parts ...string) error {
	content, err := encode(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Join(parts...), err)
	}
	return WriteFile(f.file(parts...), content)
}

// WriteFile writes a file as a whole, or leaves it as it is.
func WriteFile(name string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it is gone where it was renamed
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// load reads what save has written.
func (f Folder) load(v any, parts ...string) error {
	name := f.file(parts...)
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.Size() > mostFile {
		return fmt.Errorf("read %s: it has more than %d bytes", name, mostFile)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := decode(content, v); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// Record reads the record of a submission.
func (f Folder) Record(name string) (*Record, error) {
	r := &Record{}
	return r, f.load(r, records, name+".json")
}

// List reads what the class was when it was graded.
func (f Folder) List() (*List, error) {
	l := &List{}
	return l, f.load(l, plans, list)
}

// finish marks a share as done.
func (f Folder) finish(s Shard) error {
	if s.IsZero() {
		return nil
	}
	return f.save(s, plans, fmt.Sprintf("shard-%d-of-%d.json", s.I, s.N))
}

// finished are the shares that are marked as done.
func (f Folder) finished() ([]Shard, error) {
	files, err := filepath.Glob(f.file(plans, "shard-*-of-*.json"))
	if err != nil {
		return nil, err
	}
	var done []Shard
	for _, file := range files {
		var s Shard
		if err := f.load(&s, plans, filepath.Base(file)); err != nil {
			return nil, err
		}
		done = append(done, s)
	}
	return done, nil
}

// Records are those of a list that are there and fit, and the names of the others.
func (f Folder) Records(l *List) (there []*Record, missing []string, err error) {
	for _, e := range l.Submissions {
		r, err := f.Record(e.Name)
		switch {
		case errors.Is(err, os.ErrNotExist), err == nil && !r.fits(l.Plan, e):
			missing = append(missing, e.Name)
		case err != nil:
			return nil, nil, err
		default:
			there = append(there, r)
		}
	}
	return there, missing, nil
}
