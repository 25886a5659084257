package class

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
)

// Merge puts the records of shares together into the folder output, and returns the class.
// It refuses shares of another grading, two records of one submission with different grades,
// and a class of which something is missing. Of two with the same grade the first is taken. A
// folder may be given twice, and be the output itself.
func Merge(output string, folders []string) (*List, error) {
	var whole *List
	found := map[string]*Record{}
	var shares []Shard
	for _, name := range folders {
		f := Folder(name)
		l, err := f.List()
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s holds no results of a class: there is no %s", name, f.file(plans, list))
		}
		if err != nil {
			return nil, err
		}
		if whole == nil {
			whole = l
		}
		if err := whole.same(l); err != nil {
			return nil, fmt.Errorf("%s and %s cannot be put together: %w", folders[0], name, err)
		}
		if err := f.collect(whole, found); err != nil {
			return nil, err
		}
		done, err := f.finished()
		if err != nil {
			return nil, err
		}
		shares = append(shares, done...)
	}
	if err := whole.complete(found, shares); err != nil {
		return nil, err
	}
	return whole, Folder(output).fill(whole, found)
}

// same says in what another list is of another class.
func (l *List) same(other *List) error {
	if differs := l.Differs(other.Plan); differs != "" {
		return fmt.Errorf("they differ in %s", differs)
	}
	for _, e := range other.Submissions {
		mine, ok := l.entry(e.Name)
		switch {
		case !ok:
			return fmt.Errorf("the first has no submission %s", e.Name)
		case !reflect.DeepEqual(mine, e):
			return fmt.Errorf("the submission %s is not the same", e.Name)
		}
	}
	for _, e := range l.Submissions {
		if _, ok := other.entry(e.Name); !ok {
			return fmt.Errorf("the second has no submission %s", e.Name)
		}
	}
	if !reflect.DeepEqual(l, other) {
		return errors.New("what lay beside the submissions is not the same")
	}
	return nil
}

// collect adds the records of a folder to those that were found.
func (f Folder) collect(l *List, found map[string]*Record) error {
	for _, e := range l.Submissions {
		r, err := f.Record(e.Name)
		if errors.Is(err, os.ErrNotExist) {
			continue // of another share
		}
		if err != nil {
			return err
		}
		if !r.fits(l.Plan, e) {
			return fmt.Errorf("%s has a record of %s from another grading: %s", f, e.Name, r.stranger(l.Plan))
		}
		one := found[e.Name]
		if one.contradicts(r) {
			return fmt.Errorf("there are two records of %s, and their grades differ: grade it again with --only %s",
				e.Name, e.Name)
		}
		if one == nil || one.Result.Interrupted {
			found[e.Name] = r
		}
	}
	return nil
}

// stranger is why a record does not belong to a plan.
func (r *Record) stranger(p Plan) string {
	if differs := p.Differs(r.Plan); differs != "" {
		return differs
	}
	return "what was handed in is not the same"
}

// contradicts reports whether two records, whole ones, tell another grade.
func (r *Record) contradicts(other *Record) bool {
	if r == nil || r.Result.Interrupted || other.Result.Interrupted {
		return false
	}
	return !slices.Equal(r.grade(), other.grade())
}

// grade is what two gradings of one submission must have in common. The stories that they tell
// may differ: a program has its own races, and never uses just as much memory twice.
func (r *Record) grade() []string {
	all := []string{fmt.Sprint(r.Result.Score, r.Result.Max, r.Status())}
	for _, c := range r.Result.Checks {
		all = append(all, fmt.Sprint(c.ID, c.Status, c.Score))
	}
	return all
}

// mostNamed is how many missing submissions an error names.
const mostNamed = 10

// complete says what is missing.
func (l *List) complete(found map[string]*Record, shares []Shard) error {
	var missing []int
	for i, e := range l.Submissions {
		if r := found[e.Name]; r == nil || r.Result.Interrupted {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var names []string
	for _, i := range missing[:min(len(missing), mostNamed)] {
		names = append(names, l.Submissions[i].Name)
	}
	if more := len(missing) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%d of %d submissions are missing%s: %s", len(missing), len(l.Submissions),
		lacking(missing, shares), strings.Join(names, ", "))
}

// lacking names the shares that the missing ones belong to. How many shares there are is known
// from those that are done.
func lacking(missing []int, done []Shard) string {
	if len(done) == 0 {
		return ""
	}
	var numbers []int
	for _, i := range missing {
		numbers = append(numbers, i%done[0].N+1)
	}
	slices.Sort(numbers)
	return fmt.Sprintf(" (of the shares %s of %d)", strings.Trim(fmt.Sprint(slices.Compact(numbers)), "[]"), done[0].N)
}

// fill writes the list and all records.
func (f Folder) fill(l *List, found map[string]*Record) error {
	if err := f.begin(l); err != nil {
		return err
	}
	for _, r := range found {
		if err := f.write(r); err != nil {
			return err
		}
	}
	return nil
}
