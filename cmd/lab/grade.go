//go:build !wasip1

package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab"
	"echolab/lab/grade"
	"echolab/lab/grade/checks"
	"echolab/lab/grade/format"
	"echolab/lab/grade/handout"
	"echolab/lab/text"
)

// gradeFlags are the flags of "lab grade".
type gradeFlags struct {
	grade.Options
	seeding
	teaching
	format string
	output string
	replay string // the only check to run
	words  text.Printer
	class  classFlags
}

func newGrade(t *terminal) *cobra.Command {
	f := &gradeFlags{format: "table", class: newClassFlags()}
	f.Timeout, f.StartTimeout, f.Seed = grade.DefaultTimeout, grade.DefaultStartTimeout, 1
	cmd := &cobra.Command{
		Use:   "grade ASSIGNMENT [flags] -- COMMAND [ARG...]",
		Short: "grade a student's program",
		Long: `grade starts a program, talks to it over the network, and tells for everything
that an assignment asks for whether the program does it. In COMMAND, {host} and
{port} stand for where a server must listen or a client must connect; they are
in the variables HOST and PORT, too. For reliable-udp, {role} stands for sender
or receiver. For theory, COMMAND is the file of answers.

The program runs within limits, and where the system allows it with a network,
process ids and files of its own: "lab doctor" says what this machine can do,
and the handbook for teachers what that means. The exit code is 0 when the
program was graded, whatever the grade.`,
		Example: "  lab grade echo-tcp -- python3 server.py {host} {port}\n" +
			"  lab grade echo-udp --addr 127.0.0.1:9000\n" +
			"  lab grade theory -- answers.txt\n" +
			"  lab grade echo-tcp --class submissions -- python3 server.py {host} {port}\n" +
			"  lab grade echo-tcp --class submissions --shard 2/6 --output grades\n" +
			"  lab grade merge grades --output merged",
		Args:              anAssignment,
		ValidArgsFunction: cobra.FixedCompletions(assignmentIDs(), cobra.ShellCompDirectiveDefault),
		RunE:              func(cmd *cobra.Command, args []string) error { return f.run(cmd, t, args) },
	}
	f.register(cmd)
	cmd.AddCommand(newGradeMerge(t), newGradePlan(t, cmd.Flags()))
	return cmd
}

func (f *gradeFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(anyText(&f.Address, "HOST:PORT"), "addr",
		"grade a server that already runs there; checks that look into the process are skipped")
	choice(cmd, &f.format, "format", "FORMAT", "the form of the result", format.Names()...)
	flags.Var(anyText(&f.output, "FILE"), "output", "write the result to a file; with --class, to this folder")
	flags.Var(period(&f.Timeout, time.Second), "timeout", "for all checks together")
	flags.Var(period(&f.StartTimeout, 100*time.Millisecond), "start-timeout",
		"how long the program may take until it listens")
	flags.Var(seed(&f.Seed), "seed", "the source of all random data: the same seed, the same grade")
	flags.Var(portValue(&f.Port), "port", "a port that the program has fixed in its source")
	flags.Var(&value[[]string]{&f.Env, "NAME", "", func(name string) ([]string, error) {
		return append(f.Env, name), nil
	}}, "env", "let the program see this variable, too; may be repeated")
	flags.Var(anyText(&f.replay, "CHECK"), "replay", "run only this check, and tell its steps as they are done")
	f.class.register(flags)
	f.seeding.register(cmd)
	f.teaching.register(cmd)
	languageFlag(cmd, &f.words, languageUsage)
}

func portValue(to *uint16) pflag.Value {
	return &value[uint16]{to, "PORT", "", func(s string) (uint16, error) {
		n, err := strconv.ParseUint(s, 10, 16)
		if err != nil || n == 0 {
			return 0, fmt.Errorf("not from 1 to %d", math.MaxUint16)
		}
		return uint16(n), nil
	}}
}

func assignmentIDs() []string {
	return each(checks.All(), func(a grade.Assignment) string { return a.ID })
}

// again is the command that was typed, as far as it says how one program is graded, and
// without the program.
func (f *gradeFlags) again(cmd *cobra.Command, a grade.Assignment) string {
	others := slices.Concat([]string{"format", "output", "env", "lang", "replay", "submitted", "teacher"},
		classNames, secretNames)
	named := a.ID
	if a.File != nil {
		named = handout.AssignmentFile // which students have
	}
	line := withFlags(cmd, cmd.CommandPath()+" "+named, func(flag string) bool { return !slices.Contains(others, flag) })
	if f.secret != "" {
		line += fmt.Sprintf(" --seed %d", f.Seed) // the student has no secret
	}
	for _, name := range f.Env {
		line += " --env " + text.ShellWords(name)
	}
	return line
}

func (f *gradeFlags) run(cmd *cobra.Command, t *terminal, args []string) error {
	ctx := cmd.Context()
	a, err := findAssignment(args[0])
	if err != nil {
		return err
	}
	if err := speakAs(cmd, a, &f.words); err != nil {
		return err
	}
	if err := f.applyPolicy(cmd, t, a); err != nil {
		return err
	}
	f.Command, f.Version = args[1:], lab.Version()
	if err := f.applySecret(cmd, t, a.ID); err != nil {
		return err
	}
	o := format.Options{
		Words: f.words, Width: t.width(), Colour: t.colour() && f.output == "", Env: os.Getenv, Now: time.Now(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Again: f.again(cmd, a), Teacher: f.all,
	}
	if err := f.refuse(cmd); err != nil {
		return err
	}
	switch {
	case f.class.dir != "":
		return f.runClass(ctx, t, a)
	case f.replay != "":
		return f.runReplay(ctx, t, a, o)
	}
	if err := formatByEnding(cmd, f.output, &f.format, format.Names()); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Dir(f.output)); f.output != "" && err != nil {
		return failuref("", "write the result: %w", err) // before the time is spent
	}
	shown := newStatusLine(t)
	f.Progress = func(check string) { shown.show(check + " ...") }
	r, err := grade.Run(ctx, a, f.Options)
	shown.clear()
	if r == nil {
		return gradeError(err)
	}
	if err := deliver(t, f.output, func(w io.Writer) error { return format.Write(w, f.format, r, o) }); err != nil {
		return err
	}
	if r.Interrupted {
		t.sayf("interrupted: %d of %d checks were done", len(r.Checks)-r.Count(grade.Skipped), len(r.Checks))
	}
	return err
}

// gradeError tells wrong usage from what did not work.
func gradeError(err error) error {
	if errors.Is(err, grade.ErrUsage) {
		said := strings.TrimPrefix(err.Error(), grade.ErrUsage.Error()+": ")
		return misusef(`"lab grade --help" shows examples`, "%s", said)
	}
	return failuref("", "%w", err)
}
