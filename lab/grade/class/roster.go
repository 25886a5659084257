package class

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"echolab/lab/grade"
)

// mostStudents bounds a roster.
const mostStudents = 100_000

// Student is a line of the roster.
type Student struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Folder string `json:"folder,omitempty"` // or archive without its ending; the id where it is empty
}

// submission is the name of what the student hands in.
func (s Student) submission() string {
	if s.Folder != "" {
		return s.Folder
	}
	return s.ID
}

// ReadRoster reads a table with commas whose first line names the columns: id, name, and folder
// where it is not the id. Other columns are left out.
func ReadRoster(r io.Reader) ([]Student, error) {
	table := csv.NewReader(r)
	table.TrimLeadingSpace = true
	head, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("read the names of the columns: %w", err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff") // Excel writes one
	column := func(name string) int {
		return slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
	}
	id, name, folder := column("id"), column("name"), column("folder")
	if id < 0 {
		return nil, fmt.Errorf("no column id, but %s", strings.Join(head, ", "))
	}
	students := []Student{}
	seen := map[string]bool{}
	for len(students) < mostStudents {
		line, err := table.Read()
		if err == io.EOF {
			return students, nil
		}
		if err != nil {
			return nil, err
		}
		field := func(i int) string {
			if i < 0 {
				return ""
			}
			return norm.NFC.String(strings.TrimSpace(line[i]))
		}
		s := Student{field(id), field(name), field(folder)}
		at, _ := table.FieldPos(id)
		switch {
		case s.ID == "" || strings.ContainsAny(s.submission(), `/\`) || strings.HasPrefix(s.submission(), "."):
			return nil, fmt.Errorf("line %d: %q is no name of a submission", at, s.submission())
		case seen[s.submission()]:
			return nil, fmt.Errorf("line %d: %s stands there twice", at, s.submission())
		}
		seen[s.submission()] = true
		students = append(students, s)
	}
	return nil, fmt.Errorf("more than %d students", mostStudents)
}

// enrol gives the submissions to the students, and a line to those who have none.
func enrol(byName map[string]*Entry, students []Student) error {
	for _, s := range students {
		e := byName[s.submission()]
		if e == nil {
			e = &Entry{Name: s.submission()}
			byName[e.Name] = e
		}
		if e.Student != nil {
			return fmt.Errorf("%w: %s belongs to two students", grade.ErrUsage, e.Name)
		}
		e.Student = &s
	}
	return nil
}
