//go:build !wasip1

package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab/grade/pack"
	"echolab/lab/grade/plan"
	"echolab/lab/text"
)

// planning is what "lab grade plan" was asked for.
type planning struct {
	plan.Options
	grade  *pflag.FlagSet // those of lab grade
	engine string
	output string
}

// newGradePlan is "lab grade plan", which takes flags of "lab grade" and hands
// them on to the tasks.
func newGradePlan(t *terminal, grade *pflag.FlagSet) *cobra.Command {
	p := &planning{grade: grade}
	p.Limit, p.Image, p.Claim, p.Jobs = 2*time.Hour, "docker.io/library/debian:stable", "class", 1
	cmd := &cobra.Command{
		Use:   "plan ASSIGNMENT --class DIR --for ENGINE --shards N [flags] [-- COMMAND [ARG...]]",
		Short: "write what makes Slurm, Kubernetes or GitHub grade a class in shares",
		Long: `plan writes a file that makes an engine grade a class in N shares side by side: an
array script for Slurm, an Indexed Job for Kubernetes, a matrix workflow for GitHub
Actions. The file begins with how it is used. Each task makes sure that the grader
is the one that the plan was made with, grades its share, and may be repeated; at
the end the shares are merged into what grading the whole class at once gives.

Flags of "lab grade" go to the tasks as they are. Paths are those of the machines:
Slurm shares them with this one; for Kubernetes they begin at the root of the
volume, for GitHub at that of the repository.`,
		Example: "  lab grade plan echo-tcp --class submissions --for slurm --shards 6 --output grade.sh\n" +
			"  lab grade plan echo-udp --class submissions --for github --shards 4 --seed 7 \\\n" +
			"      --url https://example.org/lab-linux --binary lab-linux --output .github/workflows/grade.yml",
		Args:              anAssignment,
		ValidArgsFunction: cobra.FixedCompletions(assignmentIDs(), cobra.ShellCompDirectiveDefault),
		RunE:              func(cmd *cobra.Command, args []string) error { return p.run(cmd, t, args) },
	}
	p.register(cmd)
	return cmd
}

func (p *planning) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	choice(cmd, &p.engine, "for", "ENGINE", "what will run the tasks", plan.Engines()...)
	flags.Var(number(&p.Shards, "N", 1, 1000), "shards", "into how many shares the class is divided")
	flags.Var(anyText(&p.output, "FILE"), "output", "write the plan to a file")
	flags.Var(period(&p.Limit, time.Minute), "limit", "how long a task may take")
	flags.Var(anyText(&p.Grades, "DIR"), "shares", "where the tasks put their results; DIR-shares if left out")
	flags.Var(anyText(&p.Final, "DIR"), "grades", "where the merged results go; DIR-grades if left out")
	flags.Var(anyText(&p.Binary, "FILE"), "binary", "the grader for the tasks; this program if left out")
	flags.Var(anyText(&p.URL, "URL"), "url", "for GitHub, where the runners fetch the grader")
	flags.Var(anyText(&p.Image, "IMAGE"), "image", "for Kubernetes, the container with what submissions need")
	flags.Var(anyText(&p.Claim, "CLAIM"), "claim", "for Kubernetes, the volume claim with the class")
	flags.Var(number(&p.Jobs, "N", 1, 64), "jobs", "submissions graded at once in each task")
	p.grade.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(notForTasks, f.Name) {
			flags.AddFlag(f)
		}
	})
}

// notForTasks are flags of lab grade that a plan sets itself, or that are for one
// submission.
var notForTasks = append(secretNames, "help", "addr", "output", "jobs", "shard", "resume", "only", "replay")

func (p *planning) run(cmd *cobra.Command, t *terminal, args []string) error {
	if err := p.complete(cmd, args); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := plan.Write(&body, p.engine, p.Options); err != nil {
		return misusef(`"lab grade plan --help" shows examples`, "plan %s: %w", args[0], err)
	}
	err := deliver(t, p.output, func(w io.Writer) error {
		_, err := body.WriteTo(w)
		return err
	})
	if err == nil && p.output != "" {
		t.sayf("wrote %s; it begins with how it is used", p.output)
	}
	return err
}

// complete fills in what follows from what was typed.
func (p *planning) complete(cmd *cobra.Command, args []string) error {
	class := cmd.Flag("class").Value.String()
	hint := "for example: lab grade plan " + args[0] + " --class submissions --for slurm --shards 6"
	switch {
	case len(args) > 1 && cmd.ArgsLenAtDash() != 1:
		return misusef("usage: "+cmd.UseLine(), "plan: too many arguments: %q", args[1])
	case class == "":
		return misusef(hint, "plan: --class is missing")
	case p.engine == "":
		return misusef(hint, "plan: --for is missing")
	case p.Shards == 0:
		return misusef(hint, "plan: --shards is missing")
	case p.engine == "github" && p.Binary == "" && p.URL == "":
		return misusef("--binary FILE in the repository, or --url URL", "plan: the runners have no grader")
	}
	if err := p.grader(); err != nil {
		return err
	}
	class = filepath.Clean(class)
	p.Assignment, p.Command, p.Class = args[0], args[1:], p.path(class)
	if !slices.Contains(assignmentIDs(), p.Assignment) {
		p.Assignment = p.path(p.Assignment) // a teacher's file
	}
	p.Grades, p.Final = p.path(cmp.Or(p.Grades, class+"-shares")), p.path(cmp.Or(p.Final, class+"-grades"))
	p.flags(cmd)
	return nil
}

// flags are what the tasks and the merging get of what was typed.
func (p *planning) flags(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		typed := f.Changed || f.Name == "lang" // the locales of the machines may differ
		if !typed || p.grade.Lookup(f.Name) != f || f.Name == "class" {
			return
		}
		words := p.words(f)
		p.Flags = append(p.Flags, words...)
		if slices.Contains(forMerging, f.Name) {
			p.Merge = append(p.Merge, words...)
		}
	})
}

// forMerging are flags of lab grade that say what is written at the end.
var forMerging = []string{"format", "lang"}

// words are a flag as the tasks get it.
func (p *planning) words(f *pflag.Flag) []string {
	values := []string{f.Value.String()}
	switch v := f.Value.(type) {
	case *value[[]string]:
		values = *v.to
	case *value[text.Printer]:
		values = []string{v.to.Lang()}
	}
	return each(values, func(v string) string {
		if f.Value.Type() == "FILE" || f.Value.Type() == "DIR" {
			v = p.path(v)
		}
		return "--" + f.Name + "=" + v
	})
}

// path is a path as the tasks find it: those of Slurm share the files of this
// machine, the others have a root of their own.
func (p *planning) path(path string) string {
	if p.engine != "slurm" {
		return filepath.ToSlash(filepath.Clean(path))
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path // there is no working folder any more
	}
	return absolute
}

// grader finds the grader's file for the tasks, and its checksum. For Kubernetes
// it lies at the root of the volume, whatever it is called here.
func (p *planning) grader() error {
	file := p.Binary
	if file == "" {
		self, err := os.Executable()
		if err != nil {
			return failuref("give --binary", "find this program's file: %w", err)
		}
		file = self
	}
	if p.engine == "github" {
		if err := pack.Check(file); err != nil {
			return failuref("build one with CGO_ENABLED=0 GOOS=linux GOARCH=amd64 and give it as --binary", "%w", err)
		}
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return failuref("", "take the checksum of the grader: %w", err)
	}
	sum := sha256.Sum256(body)
	p.Sum, p.Binary = hex.EncodeToString(sum[:]), p.path(file)
	if p.engine == "kubernetes" || p.URL != "" {
		p.Binary = "lab"
	}
	return nil
}
