// Package plan writes what makes an engine grade a class in shares, side by
// side: the array script of Slurm, the Indexed Job of Kubernetes, the matrix of
// GitHub Actions. The engines keep the queue, start the tasks and repeat what
// failed; nothing of that is done here.
//
// Every task grades one share with "lab grade --shard I/N --resume", so that a
// task that is done twice does its work once, and "lab grade merge" puts the
// shares together. Before a task starts, it holds the grader's file against the
// checksum that the plan was made with.
package plan

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Options says what is graded, and where the machines find it. Paths are those
// of the machines; for Kubernetes they begin at the root of the volume, for
// GitHub at that of the repository.
type Options struct {
	Assignment string // its id, or the teacher's file
	Class      string // the folder of submissions
	Grades     string // the folder that the shares are written into
	Final      string // the folder of the merged results
	Shards     int
	Jobs       int           // submissions graded at once in each task
	Limit      time.Duration // of one task
	Flags      []string      // other flags of lab grade, a word each
	Merge      []string      // flags of lab grade merge, a word each
	Command    []string      // how a submission is started; may be empty
	Binary     string        // the grader
	Sum        string        // the SHA-256 of Binary, in hexadecimal digits
	URL        string        // where a runner of GitHub fetches Binary; "" is the repository
	Image      string        // the container for Kubernetes, with what submissions need
	Claim      string        // the volume claim for Kubernetes
}

// engine is how a plan is written.
type engine struct {
	name  string
	most  int // shares that it takes
	write func(w io.Writer, o Options) error
}

// engines are in the order in which help lists them. MaxArraySize of Slurm is
// 1001 unless its file says more, which is one more than the highest index.
var engines = []engine{
	{"slurm", 1000, slurm},
	{"kubernetes", 1000, kubernetes},
	{"github", 256, github}, // jobs of one matrix
}

// Engines are the names of the engines.
func Engines() []string {
	names := make([]string, len(engines))
	for i, e := range engines {
		names[i] = e.name
	}
	return names
}

// Write writes the plan for an engine.
func Write(w io.Writer, name string, o Options) error {
	i := slices.IndexFunc(engines, func(e engine) bool { return e.name == name })
	if i < 0 {
		return fmt.Errorf("engine %q: want one of %s", name, strings.Join(Engines(), ", "))
	}
	e := engines[i]
	if o.Shards < 1 || o.Shards > e.most {
		return fmt.Errorf("%d shares: %s takes from 1 to %d", o.Shards, name, e.most)
	}
	if err := o.validate(); err != nil {
		return err
	}
	var whole bytes.Buffer // a plan is written whole or not at all
	if err := e.write(&whole, o); err != nil {
		return err
	}
	_, err := w.Write(whole.Bytes())
	return err
}

// validate says what no plan can hold.
func (o Options) validate() error {
	for _, path := range []string{o.Assignment, o.Class, o.Grades, o.Final, o.Binary, o.URL, o.Image, o.Claim} {
		if !utf8.ValidString(path) || strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Errorf("%q: a name in a plan has printable letters only", path)
		}
	}
	for _, word := range slices.Concat(o.Flags, o.Merge, o.Command) {
		if !utf8.ValidString(word) || strings.ContainsRune(word, 0) {
			return fmt.Errorf("%q: a plan holds text in UTF-8 only", word)
		}
	}
	if len(o.Sum) != 64 || strings.Trim(o.Sum, "0123456789abcdef") != "" {
		return fmt.Errorf("checksum %q: want 64 hexadecimal digits", o.Sum)
	}
	if o.Limit < time.Minute {
		return fmt.Errorf("a limit of %v for a task: want a minute or more", o.Limit)
	}
	return nil
}

// local refuses paths that do not begin at a root that the plan says.
func local(root string, paths ...string) error {
	for _, path := range paths {
		if !filepath.IsLocal(path) {
			return fmt.Errorf("%s: want a path that begins at the root of the %s", path, root)
		}
	}
	return nil
}

// minutes is the limit in whole minutes, rounded up.
func (o Options) minutes() int { return int((o.Limit + time.Minute - 1) / time.Minute) }

// memory is what a task may use, in MiB: what the sandbox gives each submission,
// and as much again for the grader and for what the submission's files need.
func (o Options) memory() int { return 1024 * (1 + o.Jobs) }

// grading are the words behind "lab" that grade a share. The one that says which
// share it is belongs between the two.
func (o Options) grading() (before, behind []string) {
	before = []string{"grade", o.Assignment, "--class=" + o.Class, "--output=" + o.Grades,
		"--jobs=" + strconv.Itoa(o.Jobs), "--resume"}
	before = append(before, o.Flags...)
	if len(o.Command) > 0 {
		behind = append([]string{"--"}, o.Command...)
	}
	return before, behind
}

// merging are the words behind "lab" that put shares together.
func (o Options) merging(grades string) []string {
	return append([]string{"grade", "merge", grades, "--output=" + o.Final}, o.Merge...)
}

// attempts is how often a share is tried in all. What was graded by an earlier
// attempt stays.
const attempts = 3

// misuse is the exit status of a wrong command line, which no attempt mends.
const misuse = 2

// wrongGrader is the exit status of a task that found another grader than the
// plan was made with.
const wrongGrader = 3
