package teacher

import (
	"fmt"
	"slices"

	"echolab/lab/grade/checks"
)

// ForStudents is the copy of a file that students may have: without the checks that they
// do not see, without comments, which may tell of them, and without what only the
// teacher's secret makes work.
func ForStudents(content []byte) ([]byte, error) {
	a, err := Read(content)
	if err != nil {
		return nil, err
	}
	root, err := parse(content)
	if err != nil {
		return nil, err
	}
	f, err := decode(root)
	if err != nil {
		return nil, err
	}
	seen := a.ForStudents()
	f.Seed, f.Checks = nil, slices.DeleteFunc(f.named(), func(c check) bool { return visibility(c) != "" })
	if n := seen.Unseen; n.Checks > 0 {
		f.NotShown = &notShown{Checks: n.Checks, Points: n.Points}
	}
	if len(f.Checks) == 0 {
		return nil, fmt.Errorf("%s: no check is visible, so there is nothing to hand out", f.ID)
	}
	copied, err := f.write()
	if err != nil {
		return nil, fmt.Errorf("write the copy for students: %w", err)
	}
	if _, err := Read(copied); err != nil {
		return nil, fmt.Errorf("read the copy for students again: %w", err)
	}
	about := "# " + SchemaName + ": lab grade reads it; lab assignment show tells what it says.\n"
	return append([]byte(about), copied...), nil
}

// named are the checks with each of the lab's by its name: "all" would mean others as
// soon as one that has a line of its own is left out.
func (f *file) named() []check {
	base, _ := checks.Find(f.BasedOn) // Read has looked
	b := &builder{file: f, base: base}
	var every []check
	for _, c := range f.Checks {
		if c.Use != all {
			every = append(every, c)
			continue
		}
		for _, one := range b.rest(nil, c) {
			every = append(every, check{Use: one.ID, Timeout: c.Timeout, Visibility: c.Visibility})
		}
	}
	return every
}
