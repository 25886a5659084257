//go:build !wasip1

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab/grade"
	"echolab/lab/grade/class"
	"echolab/lab/grade/format"
	"echolab/lab/grade/handout"
	"echolab/lab/text"
)

// classFlags are the flags of "lab grade --class".
type classFlags struct {
	dir          string
	jobs         int
	roster       string
	build        string
	buildTimeout time.Duration
	resume       bool
	only         []string
	shard        class.Shard
}

func newClassFlags() classFlags {
	return classFlags{jobs: runtime.NumCPU(), buildTimeout: class.DefaultBuildTimeout}
}

// classNames are the flags that say nothing without --class.
var classNames = []string{"class", "jobs", "roster", "build", "build-timeout", "resume", "only", "shard"}

func (f *classFlags) register(flags *pflag.FlagSet) {
	flags.Var(anyText(&f.dir, "DIR"), "class",
		"grade every folder and archive in DIR, where COMMAND runs; without one, its file \"run\"")
	flags.Var(number(&f.jobs, "N", 1, 1024), "jobs", "with --class, submissions graded at once")
	flags.Var(anyText(&f.roster, "FILE"), "roster",
		"with --class, a CSV file with the columns id, name, and folder where it is not the id: everybody gets a row")
	flags.Var(anyText(&f.build, "COMMAND"), "build",
		"with --class, make each program first: a command for the shell, in the submission's folder, without a network")
	flags.Var(period(&f.buildTimeout, time.Second), "build-timeout", "with --build, for one program")
	flags.BoolVar(&f.resume, "resume", false, "with --class, leave out what the folder of results has already")
	flags.Var(&value[[]string]{&f.only, "NAME", "", func(name string) ([]string, error) {
		return append(f.only, name), nil
	}}, "only", "with --class, grade only this submission, again if need be; may be repeated")
	flags.Var(&value[class.Shard]{&f.shard, "I/N", "", class.ParseShard}, "shard",
		"with --class, grade only the I-th of N shares, for \"lab grade merge\"; array tasks know theirs")
}

// refuse refuses flags that say nothing together.
func (f *gradeFlags) refuse(cmd *cobra.Command) error {
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	for _, name := range classNames {
		if f.class.dir == "" && name != "jobs" && given(name) {
			return misusef("lab grade ASSIGNMENT --class DIR --"+name+" ...", "--%s without --class DIR", name)
		}
	}
	for _, name := range []string{"class", "format", "output"} {
		if given("replay") && given(name) {
			return misusef("lab grade ASSIGNMENT --replay CHECK -- COMMAND", "--replay and --%s at once", name)
		}
	}
	if given("build-timeout") && !given("build") {
		return misusef("--build COMMAND says how", "--build-timeout without --build")
	}
	return nil
}

// runClass grades a class. Every result is written as soon as it is there.
func (f *gradeFlags) runClass(ctx context.Context, t *terminal, a grade.Assignment) error {
	out := classOutput{dir: f.output, format: f.format, words: f.words, teacher: f.all}
	if out.dir == "" {
		out.dir = filepath.Clean(f.class.dir) + "-grades"
	}
	o, err := f.classOptions(t, a)
	if err != nil {
		return err
	}
	c, err := class.Open(a, f.class.dir, out.dir, o)
	if err != nil {
		return gradeError(err)
	}
	shown := newStatusLine(t)
	var times []format.Timing
	interrupted := 0
	broken := c.Grade(ctx, func(r *class.Record, took time.Duration, finished, all int) error {
		times = append(times, format.Timing{Submission: r.Entry.Name, Took: took})
		if r.Result.Interrupted {
			interrupted++
		}
		shown.show(fmt.Sprintf("%d of %d: %s, %d of %d points", finished, all, r.Entry.Name, r.Result.Score, r.Result.Max))
		return out.submission(r)
	})
	shown.clear()
	if broken != nil && !errors.Is(broken, context.Canceled) {
		return gradeError(broken)
	}
	if err := out.times(o.Shard, times); err != nil {
		return err
	}
	if err := out.summary(t, &c.List, o.Shard); err != nil {
		return err
	}
	t.sayf("wrote the results of %d submissions to %s", len(times), out.dir)
	if broken != nil {
		t.sayf("interrupted: of %d submissions, %d are graded, %d in part; --resume goes on",
			len(c.Submissions), len(times)-interrupted, interrupted)
	}
	return broken
}

// classOptions are the flags as the class takes them.
func (f *gradeFlags) classOptions(t *terminal, a grade.Assignment) (class.Options, error) {
	o := class.Options{
		Options: f.Options, Jobs: f.class.jobs, Build: f.class.build, BuildTimeout: f.class.buildTimeout,
		Shard: f.class.shard, Only: f.class.only, Resume: f.class.resume,
	}
	if o.Shard.IsZero() {
		shard, from, err := class.ShardFrom(os.Getenv)
		if err != nil {
			return o, misusef("--shard I/N says it, whatever the variables are", "%w", err)
		}
		if o.Shard = shard; from != "" {
			t.sayf("the share %s, as %s says", shard, from)
		}
	}
	if most := class.MostJobs(); o.Jobs > most {
		t.warnf("--jobs %d: this machine carries %d at once", o.Jobs, most)
	}
	var err error
	if f.class.roster != "" {
		if o.Students, err = t.readRoster(f.class.roster); err != nil {
			return o, err
		}
	}
	o.Starters, err = starters(a)
	return o, err
}

func (t *terminal) readRoster(file string) ([]class.Student, error) {
	in, err := t.input("roster", file)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	students, err := class.ReadRoster(in)
	if err != nil {
		return nil, misusef("a line such as id,name,folder, and then a line for each student", "--roster %s: %w", file, err)
	}
	return students, nil
}

// starters are all folders that an assignment may have been handed out as.
func starters(a grade.Assignment) ([]fs.FS, error) {
	var all []fs.FS
	for _, language := range handout.Languages() {
		starter, err := handout.Starter(a, language, text.Printer{})
		if errors.Is(err, fs.ErrNotExist) {
			continue // nothing was handed out in this language
		}
		if err != nil {
			return nil, failuref("", "read what was handed out: %w", err)
		}
		all = append(all, starter)
	}
	return all, nil
}

// classOutput writes the forms of a class's records into a folder. They do not tell the time,
// the machine or the width of the terminal, so that the same records give the same files.
type classOutput struct {
	dir, format string
	words       text.Printer
	teacher     bool // show students all checks
}

// fileWidth is how many columns the tables in files have.
const fileWidth = 100

// submission writes a submission's result for machines, for the student, as a page, and in
// the form of the platform that was asked for.
func (o classOutput) submission(r *class.Record) error {
	endings := map[string]string{"json": ".json", "table": ".txt", "html": ".html"}
	if _, ok := endings[o.format]; !ok {
		endings[o.format] = "." + o.format
	}
	options := format.Options{
		Words: o.words, Width: fileWidth, Env: os.Getenv, Again: again(r), Teacher: o.teacher, Today: time.Now(),
	}
	for name, ending := range endings {
		err := o.file(r.Entry.Name+ending, func(w io.Writer) error { return format.Write(w, name, &r.Result, options) })
		if err != nil {
			return err
		}
	}
	log := filepath.Join(o.dir, r.Entry.Name+".build.txt")
	if r.Plan.Build == "" {
		return nil
	}
	return class.WriteFile(log, []byte(r.Build))
}

func (o classOutput) file(name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return failuref("", "write %s: %w", name, err)
	}
	if err := class.WriteFile(filepath.Join(o.dir, name), b.Bytes()); err != nil {
		return failuref("", "%w", err)
	}
	return nil
}

// times writes how long each grading took. Shares have files of their own.
func (o classOutput) times(s class.Shard, times []format.Timing) error {
	name := class.Times
	if !s.IsZero() {
		name = strings.Replace(name, ".", fmt.Sprintf("-%d-of-%d.", s.I, s.N), 1)
	}
	return o.file(name, func(w io.Writer) error { return format.TimesCSV(w, times) })
}

// summary prints what came out, and writes the files of the whole class where it is whole.
func (o classOutput) summary(t *terminal, l *class.List, shard class.Shard) error {
	found, err := class.Folder(o.dir).Summarise(l.Share(shard))
	if err != nil {
		return failuref("", "%w", err)
	}
	if shard.IsZero() {
		err = errors.Join(
			o.file(class.SummaryTable, func(w io.Writer) error { return format.SummaryCSV(w, found) }),
			o.file(class.SummaryPage, func(w io.Writer) error {
				return format.ClassPage(w, found, format.Options{Words: o.words})
			}))
	}
	if err != nil {
		return err
	}
	return format.Summary(t.out, found, format.Options{Words: o.words, Width: t.width()})
}

// again is the command that grades one program in the same way, without the program.
func again(r *class.Record) string {
	p, named := r.Plan, r.Plan.Assignment
	if p.Digest != "" {
		named = handout.AssignmentFile // which students have
	}
	line := fmt.Sprintf("lab grade %s --seed %d", named, r.Result.Seed)
	if p.Port != 0 {
		line += fmt.Sprintf(" --port %d", p.Port)
	}
	for _, name := range p.Env {
		line += " --env " + text.ShellWords(name)
	}
	return line
}
