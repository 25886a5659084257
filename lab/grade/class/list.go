package class

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"echolab/lab/grade"
	"echolab/lab/grade/intake"
)

// SchemaName is the version of the files that are kept of a class.
const SchemaName = "lab.class/1"

// Plan is all that decides over a grade besides the submission itself. Records with another
// plan are of another grading.
type Plan struct {
	Schema       string   `json:"schema"`
	Lab          string   `json:"lab"` // version of the program
	Assignment   string   `json:"assignment"`
	Digest       string   `json:"digest,omitempty"` // of the teacher's file
	Seed         uint64   `json:"seed"`
	Secret       string   `json:"secret,omitempty"` // what tells one secret from another, and nothing of it
	Command      []string `json:"command"`
	Build        string   `json:"build,omitempty"`
	BuildTimeout string   `json:"build_timeout,omitempty"`
	Port         uint16   `json:"port,omitempty"`
	Env          []string `json:"env,omitempty"`
	Timeout      string   `json:"timeout"`
	StartTimeout string   `json:"start_timeout"`
}

func planOf(a grade.Assignment, o Options) Plan {
	p := Plan{
		Schema: SchemaName, Lab: o.Version, Assignment: a.ID, Digest: a.Digest, Seed: o.Seed, Command: o.Command,
		Build: o.Build, Port: o.Port, Env: o.Env, Timeout: o.Timeout.String(), StartTimeout: o.StartTimeout.String(),
	}
	if len(o.Secret) > 0 {
		p.Secret = fmt.Sprintf("%016x", grade.StudentSeed(o.Secret, SchemaName, ""))
	}
	if o.Build != "" {
		p.BuildTimeout = o.buildTimeout().String()
	}
	return p
}

// Differs says in what another plan is another one; "" if it is the same.
func (p Plan) Differs(q Plan) string {
	parts := []struct {
		name string
		a, b any
	}{
		{"the version of the lab", p.Lab, q.Lab}, {"the assignment", p.Assignment, q.Assignment},
		{"the teacher's file", p.Digest, q.Digest}, {"the seed", p.Seed, q.Seed}, {"the secret", p.Secret, q.Secret},
		{"the port", p.Port, q.Port},
		{"the command", strings.Join(p.Command, " "), strings.Join(q.Command, " ")}, {"the build step", p.Build, q.Build},
		{"the variables", strings.Join(p.Env, " "), strings.Join(q.Env, " ")},
		{"the time for all checks", p.Timeout, q.Timeout},
		{"the time to start", p.StartTimeout, q.StartTimeout}, {"the time to build", p.BuildTimeout, q.BuildTimeout},
		{"the form of the files", p.Schema, q.Schema},
	}
	for _, part := range parts {
		if part.a != part.b {
			return fmt.Sprintf("%s: %v, not %v", part.name, orNone(part.b), orNone(part.a))
		}
	}
	return ""
}

func orNone(v any) any {
	if v == "" {
		return "none"
	}
	return v
}

// Entry is a line of the class: a submission, a student, or both.
type Entry struct {
	Name    string   `json:"name"`              // of the folder or the archive; the student's id where there is none
	Student *Student `json:"student,omitempty"` // where there is a roster
	Source  []string `json:"source,omitempty"`  // the folder or the archive; several where it was handed in twice
	Content string   `json:"content,omitempty"` // digest of what was handed in
	// Submitted is when that was, and Due until when it was due, where a table says so.
	Submitted string `json:"submitted,omitempty"`
	Due       string `json:"due,omitempty"`
}

// List is a class as it was found.
type List struct {
	Plan        `json:"plan"`
	Submissions []Entry  `json:"submissions"` // in the order of the names
	Roster      bool     `json:"roster,omitempty"`
	LeftOut     []string `json:"left_out,omitempty"` // files that are no submission
}

// entry is the line of that name.
func (l *List) entry(name string) (Entry, bool) {
	i := slices.IndexFunc(l.Submissions, func(e Entry) bool { return e.Name == name })
	if i < 0 {
		return Entry{}, false
	}
	return l.Submissions[i], true
}

// date notes when each was handed in, so that a record with another time does not fit.
func (l *List) date(receipts map[string]grade.Receipt) {
	for i := range l.Submissions {
		e := &l.Submissions[i]
		r, ok := receipts[e.Name]
		if !ok {
			continue
		}
		e.Submitted = r.Submitted.Format(time.RFC3339Nano)
		if !r.Due.IsZero() {
			e.Due = r.Due.Format(time.RFC3339Nano)
		}
	}
}

// find lists the submissions in a folder, and the students who have none.
func (l *List) find(from string, students []Student) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("look for submissions: %w", err)
	}
	byName := map[string]*Entry{}
	for _, f := range files {
		name, ok := submission(from, f.Name())
		switch {
		case strings.HasPrefix(f.Name(), "."):
		case !ok:
			l.LeftOut = append(l.LeftOut, f.Name())
		case byName[name] == nil:
			byName[name] = &Entry{Name: name, Source: []string{f.Name()}}
		default:
			byName[name].Source = append(byName[name].Source, f.Name())
		}
	}
	if len(byName) == 0 {
		return fmt.Errorf("look for submissions: no folders and no archives in %s", from)
	}
	if err := enrol(byName, students); err != nil {
		return err
	}
	l.Roster = students != nil
	for _, e := range byName {
		if len(e.Source) == 1 {
			if e.Content, err = intake.Digest(filepath.Join(from, e.Source[0])); err != nil {
				return fmt.Errorf("read submission %s: %w", e.Name, err)
			}
		}
		l.Submissions = append(l.Submissions, *e)
	}
	slices.SortFunc(l.Submissions, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return l.reserved()
}

// reserved refuses names that the results of the whole class have.
func (l *List) reserved() error {
	if _, ok := l.entry(strings.TrimSuffix(SummaryPage, filepath.Ext(SummaryPage))); ok {
		return fmt.Errorf("%w: a submission cannot have the name of %s: rename it", grade.ErrUsage, SummaryPage)
	}
	return nil
}

// submission is the name of a submission, if a file is one: a folder or an archive. A link
// to one is followed: the folder of the class is the teacher's.
func submission(from, file string) (name string, ok bool) {
	info, err := os.Stat(filepath.Join(from, file))
	switch {
	case err != nil:
		return "", false
	case info.IsDir():
		return norm.NFC.String(file), true
	case !info.Mode().IsRegular():
		return "", false
	}
	name, ok = intake.IsArchive(file)
	return norm.NFC.String(name), ok
}
