package teacher

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// builder makes an assignment of a file that the schema allows, and collects what is
// wrong with it all the same.
type builder struct {
	file     *file
	root     ast.Node
	base     grade.Assignment // what the file is based on; its zero value where on nothing
	own      text.Own
	problems Problems
}

// path is a place in the file.
type path []string

// under is a place in this one.
func (p path) under(name string) path { return append(slices.Clone(p), name) }

// item is an entry of the list at this place.
func (p path) item(i int) path { return p.under(strconv.Itoa(i)) }

// wrongf reports a problem.
func (b *builder) wrongf(at path, format text.Phrase, args ...any) {
	b.problems = append(b.problems, problem(b.root, at, text.Sayf(format, args...)))
}

// assignment is what the file says, as far as it makes sense.
func (b *builder) assignment() grade.Assignment {
	f := b.file
	a := b.begin()
	a.ID, a.Title, a.Own = f.ID, f.Title.phrase(b.own), b.own
	if !f.Task.IsZero() {
		a.Task = f.Task.phrase(b.own)
	}
	if _, taken := checks.Find(f.ID); taken {
		b.wrongf(path{"id"}, "the lab has an assignment of this name: choose another")
	}
	a.Policy = b.policy()
	a.Checks = b.checks(a)
	if f.NotShown != nil {
		a.Unseen = grade.Unseen{Checks: f.NotShown.Checks, Points: f.NotShown.Points}
	}
	if len(b.problems) == 0 && a.Max() == 0 {
		b.wrongf(path{"checks"}, "all checks together give no points")
	}
	return a
}

// begin is the assignment that the file is based on, or a server of the teacher's own.
func (b *builder) begin() grade.Assignment {
	f := b.file
	if f.BasedOn == "" {
		if f.Protocol == "" {
			b.wrongf(nil, "based-on is missing, or the protocol of a server of your own")
		}
		if f.Task.IsZero() {
			b.wrongf(nil, "task is missing: without based-on there is no handout")
		}
		return grade.Assignment{Kind: grade.Server, Network: f.Protocol, Todo: []text.Phrase{"do what the task asks"}}
	}
	base, ok := checks.Find(f.BasedOn)
	if !ok {
		var ids []string
		for _, a := range checks.All() {
			ids = append(ids, a.ID)
		}
		b.wrongf(path{"based-on"}, "the lab has no assignment %s; %s", f.BasedOn, known(f.BasedOn, ids))
	}
	if ok && f.Protocol != "" && f.Protocol != base.Network {
		b.wrongf(path{"protocol"}, "%s is about another protocol; leave this out", f.BasedOn)
	}
	b.base = base
	base.Base = base.ID
	return base
}

// known says which word was meant, or which there are.
func known(typed string, words []string) text.Message {
	if likely := closest(typed, words); likely != "" {
		return text.Sayf("did you mean %s?", likely)
	}
	return text.Sayf("there are %s", strings.Join(words, ", "))
}

// policy is what the file says beside the checks.
func (b *builder) policy() grade.Policy {
	f := b.file
	p := grade.Policy{
		Language: f.Language, Timeout: duration(f.Timeout), StartTimeout: duration(f.StartTimeout),
		SeedPerStudent: f.Seed != nil && f.Seed.PerStudent,
	}
	if f.Due != "" {
		due, err := time.Parse(time.RFC3339, f.Due)
		if err != nil {
			b.wrongf(path{"due"}, "there is no such day or time")
		}
		p.Due = due
	}
	if f.Late != nil {
		p.Late = grade.LatePolicy{
			Grace: duration(f.Late.Grace), PerDay: percent(f.Late.PerDay), AtMost: duration(f.Late.AtMost),
		}
		if f.Due == "" {
			b.wrongf(path{"late"}, "nothing is late without a due time: say due")
		}
	}
	if l := f.Limits; l != nil {
		p.Limits = sandbox.Limits{
			Memory: int64(l.Memory), CPU: duration(l.CPU), Processes: l.Processes, Files: l.Files,
			FileSize: uint64(l.FileSize), Output: int64(l.Output),
		}
		b.least("memory", int64(l.Memory), 8<<20)
		b.least("output", int64(l.Output), 1<<10)
	}
	return p
}

// least wants a limit that a program can live with.
func (b *builder) least(name string, bytes, least int64) {
	if bytes > 0 && bytes < least {
		b.wrongf(path{"limits", name}, "this should be %s at least", strconv.FormatInt(least>>10, 10)+"KiB")
	}
}
