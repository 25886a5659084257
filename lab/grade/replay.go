package grade

import "slices"

// Only is the assignment with one of its checks, which waits for no other. Its data are the same
// as when all are run: they depend on the seed and the check alone.
func (a Assignment) Only(check string) (Assignment, bool) {
	i := slices.IndexFunc(a.Checks, func(c Check) bool { return c.ID == check })
	if i < 0 {
		return a, false
	}
	one := a.Checks[i]
	one.Needs = nil
	a.Checks = []Check{one}
	return a, true
}
