//go:build !wasip1

package main

import (
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"echolab/lab/grade"
	"echolab/lab/grade/pack"
	"echolab/lab/text"
)

// packing is what "lab assignment package" was asked for.
type packing struct {
	pack.Options
	platform string
	output   string
	secret   string // a file
	words    text.Printer
}

func newAssignmentPackage(t *terminal) *cobra.Command {
	p := &packing{platform: pack.Platforms()[0]}
	p.Seed, p.Timeout, p.Ref = 1, grade.DefaultTimeout, "v1"
	cmd := &cobra.Command{
		Use:   "package ASSIGNMENT [flags] [-- COMMAND [ARG...]]",
		Short: "write the archive that a grading platform asks for",
		Long: `package writes a zip file with this program and what makes a platform run it on
every submission. COMMAND starts a submission in its own folder; without it,
that is the file "run" with the host and the port.

For Gradescope and Classroom 50, the archive holds a secret: every submission gets a
seed that is made of it, and no program of a student's can read it. For GitHub, where
students can write what they want into their own repositories, it has files for two:
the workflow that grades lies in yours, and README.md says how you see that it was
that one.`,
		Example: "  lab assignment package echo-tcp --platform gradescope\n" +
			"  lab assignment package echo-tcp --platform github --repository ORG/course \\\n" +
			"      -- python3 server.py {host} {port}",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := anAssignment(cmd, args); err != nil {
				return err
			}
			if len(args) > 1 && cmd.ArgsLenAtDash() != 1 {
				return misusef("usage: "+cmd.UseLine(), "package: too many arguments: %q", args[1])
			}
			return nil
		},
		ValidArgsFunction: cobra.FixedCompletions(assignmentIDs(), cobra.ShellCompDirectiveDefault),
		RunE:              func(cmd *cobra.Command, args []string) error { return p.run(cmd, t, args) },
	}
	languageFlag(cmd, &p.words, "the language of the results")
	choice(cmd, &p.platform, "platform", "PLATFORM", "where it will run", pack.Platforms()...)
	cmd.Flags().Var(anyText(&p.output, "FILE"), "output", "the archive; without it, ASSIGNMENT-PLATFORM.zip")
	cmd.Flags().Var(anyText(&p.Binary, "FILE"), "binary", "a build of this program for Linux, where this one is not")
	cmd.Flags().Var(seed(&p.Seed), "seed", "the source of all random data, the same for all; instead of a secret")
	cmd.Flags().Var(anyText(&p.secret, "FILE"), "secret",
		"the secret that seeds are made of, - for standard input; a new one if left out")
	cmd.Flags().Var(anyText(&p.Repository, "OWNER/NAME"), "repository",
		"for GitHub, where the workflow will be that grades")
	cmd.Flags().Var(anyText(&p.Ref, "REF"), "ref", "for GitHub, the tag or commit of it")
	cmd.Flags().Var(anyText(&p.URL, "URL"), "url",
		"for GitHub, where to fetch the grader; the release of that tag if left out")
	cmd.Flags().Var(period(&p.Timeout, time.Second), "timeout", "for all checks together")
	return cmd
}

func (p *packing) run(cmd *cobra.Command, t *terminal, args []string) error {
	a, err := findAssignment(args[0])
	if err != nil {
		return err
	}
	if err := speakAs(cmd, a, &p.words); err != nil {
		return err
	}
	p.Assignment, p.Command, p.Lang = a.ID, args[1:], p.words.Lang()
	p.File, p.StartTimeout, p.Dated = a.File, a.Policy.StartTimeout, !a.Policy.Due.IsZero()
	if a.Policy.Timeout > 0 && !cmd.Flags().Changed("timeout") {
		p.Timeout = a.Policy.Timeout
	}
	if len(p.Command) == 0 {
		p.Command = a.DefaultCommand()
	}
	if err := p.takeSecret(cmd, t); err != nil {
		return err
	}
	if p.Binary == "" {
		self, err := os.Executable()
		if err != nil {
			return failuref("give --binary", "find this program's file: %w", err)
		}
		p.Binary = self
	}
	if err := pack.Check(p.Binary); err != nil {
		return failuref("build one with CGO_ENABLED=0 GOOS=linux GOARCH=amd64 and give it as --binary", "%w", err)
	}
	if p.output == "" {
		p.output = a.ID + "-" + p.platform + ".zip"
	}
	err = deliver(t, filepath.Clean(p.output), func(w io.Writer) error {
		if err := pack.Write(w, p.platform, p.Options); err != nil {
			return misusef(`"lab assignment package --help" shows examples`, "package: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.sayf("wrote %s", p.output)
	return nil
}

// takeSecret takes the secret that was given, or makes one, for the platforms whose
// archives hold one.
func (p *packing) takeSecret(cmd *cobra.Command, t *terminal) (err error) {
	typed := cmd.Flags().Changed("seed")
	switch {
	case p.secret != "" && typed:
		return misusef("leave one of them out", "--seed and --secret: which one says the seed?")
	case p.secret != "" && p.platform == "github":
		return misusef("gh secret set LAB_SECRET", "--secret: what lies in a repository is no secret")
	case p.secret != "":
		p.Secret, err = t.readSecret(p.secret)
	case !typed && p.platform != "github":
		p.Secret = []byte(rand.Text())
	}
	return err
}
