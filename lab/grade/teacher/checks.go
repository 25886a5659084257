package teacher

import (
	"slices"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
)

// all stands for the checks of the assignment below that the file does not name.
const all = "all"

// placed is a check, what the file says of it, and where.
type placed struct {
	grade.Check
	said check
	at   path
}

// checks are those of the lab that the file uses, and its own, in its order.
func (b *builder) checks(a grade.Assignment) []grade.Check {
	var found []placed
	for i, c := range b.file.Checks {
		at := path{"checks"}.item(i)
		switch {
		case c.Use == all:
			found = append(found, b.rest(at, c)...)
		case c.Use != "":
			found = append(found, placed{b.used(at, c), c, at})
		default:
			found = append(found, placed{b.ownCheck(at, c, a), c, at})
		}
	}
	var whole []grade.Check
	for i, c := range found {
		c.Needs = b.needs(c, found[:i])
		if c.Visibility == grade.AfterDue && b.file.Due == "" {
			b.wrongf(c.at.under("visibility"), "there is no due time after which it could be seen: say due")
		}
		whole = append(whole, c.Check)
	}
	return whole
}

// rest are the checks below that the file names nowhere.
func (b *builder) rest(at path, c check) []placed {
	if len(b.base.Checks) == 0 {
		b.wrongf(at.under("use"), "there is nothing to use: say based-on")
	}
	if c.Points != nil || c.Needs != nil || !c.Title.IsZero() || !c.Hint.IsZero() {
		b.wrongf(at, "what is said of all checks is their visibility and timeout; name the others one by one")
	}
	var rest []placed
	for _, one := range b.base.Checks {
		if !slices.ContainsFunc(b.file.Checks, func(other check) bool { return other.Use == one.ID }) {
			rest = append(rest, placed{b.adjusted(one, c), c, at})
		}
	}
	return rest
}

// used is one of the checks below.
func (b *builder) used(at path, c check) grade.Check {
	if c.ID != "" || c.Script != nil || c.Transfer != nil {
		b.wrongf(at, "use is for a check of the lab, id and script for one of your own: not both")
	}
	i := slices.IndexFunc(b.base.Checks, func(one grade.Check) bool { return one.ID == c.Use })
	if i < 0 {
		var ids []string
		for _, one := range b.base.Checks {
			ids = append(ids, one.ID)
		}
		if len(ids) == 0 {
			b.wrongf(at.under("use"), "there is nothing to use: say based-on")
		} else {
			b.wrongf(at.under("use"), "%s has no check %s; %s", b.base.ID, c.Use, known(c.Use, ids))
		}
		return grade.Check{ID: c.Use}
	}
	return b.adjusted(b.base.Checks[i], c)
}

// adjusted is a check of the lab with what the file says of it.
func (b *builder) adjusted(one grade.Check, c check) grade.Check {
	if c.Points != nil {
		one.Points = *c.Points
	}
	if !c.Title.IsZero() {
		one.Title, one.Own = c.Title.phrase(b.own), b.own
	}
	if !c.Hint.IsZero() {
		one.Hint, one.Own = c.Hint.phrase(b.own), b.own
	}
	if c.Timeout != "" {
		one.Timeout = duration(c.Timeout)
	}
	one.Visibility = visibility(c)
	return one
}

// visibility is empty where everybody sees a check.
func visibility(c check) grade.Visibility {
	if v := grade.Visibility(c.Visibility); v != grade.Visible {
		return v
	}
	return ""
}

// ownCheck is a check that only this file has.
func (b *builder) ownCheck(at path, c check, a grade.Assignment) grade.Check {
	for name, missing := range map[string]bool{"id": c.ID == "", "title": c.Title.IsZero(), "points": c.Points == nil} {
		if missing {
			b.wrongf(at, "%s is missing", name)
		}
	}
	one := grade.Check{
		ID: c.ID, Title: c.Title.phrase(b.own), Hint: c.Hint.phrase(b.own), Own: b.own,
		Visibility: visibility(c), Timeout: duration(c.Timeout),
	}
	if c.Points != nil {
		one.Points = *c.Points
	}
	switch {
	case (c.Script == nil) == (c.Transfer == nil):
		b.wrongf(at, "a check has a script or a transfer, or uses one of the lab's")
	case c.Script != nil && a.Kind != grade.Server:
		b.wrongf(at.under("script"), "a script has clients that talk to a server, and %s is none", a.Base)
	case c.Script != nil:
		steps, spent := b.script(at.under("script"), c.Script, a.Network)
		one.Run, one.Timeout = checks.Script(steps), b.timeout(at, one.Timeout, spent)
	case a.Kind != grade.Pair:
		b.wrongf(at.under("transfer"), "a transfer needs a sender and a receiver, as reliable-udp has them")
	default:
		one.Run = b.transfer(at.under("transfer"), c.Transfer)
		one.Timeout = max(one.Timeout, checks.TransferTimeout)
	}
	return one
}

// timeout is how long a script may take: what the file says, if that is enough.
func (b *builder) timeout(at path, said, spent time.Duration) time.Duration {
	const others = 10 * time.Second // for all that takes no time where nothing is wrong
	if said > 0 && said < spent {
		b.wrongf(at.under("timeout"), "the script may wait for %v, which is longer", spent)
	}
	if said > 0 {
		return said
	}
	start := max(duration(b.file.StartTimeout), grade.DefaultStartTimeout)
	if enough := start + spent + others; enough > grade.DefaultCheckTimeout {
		return enough
	}
	return 0
}

// needs are the ids of what a check needs. What a check of the lab needs is left out where
// the file does not have it, has it later, or does not show it to the same readers.
func (b *builder) needs(c placed, before []placed) []string {
	if slices.ContainsFunc(before, func(p placed) bool { return p.ID == c.ID }) {
		b.wrongf(c.at, "there is a check %s before this one", c.ID)
	}
	if c.said.Needs == nil {
		return slices.DeleteFunc(slices.Clone(c.Needs), func(id string) bool {
			need := find(before, id)
			return need == nil || !asVisible(need.Visibility, c.Visibility)
		})
	}
	for n, id := range *c.said.Needs {
		at := c.at.under("needs").item(n)
		switch need := find(before, id); {
		case need == nil:
			b.wrongf(at, "there is no check %s before this one", id)
		case !asVisible(need.Visibility, c.Visibility):
			b.wrongf(at, "students see this check, and not %s, which it needs", id)
		}
	}
	return *c.said.Needs
}

func find(all []placed, id string) *placed {
	if i := slices.IndexFunc(all, func(p placed) bool { return p.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// asVisible reports whether who sees a check sees what it needs, too.
func asVisible(need, c grade.Visibility) bool {
	order := []grade.Visibility{"", grade.AfterDue, grade.Hidden}
	return slices.Index(order, need) <= slices.Index(order, c)
}
