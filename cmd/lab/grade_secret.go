//go:build !wasip1

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"echolab/lab/grade"
)

// seeding makes a submission's seed of the teacher's secret, so that who has seen
// one seed, or this program, can tell no other.
type seeding struct {
	secret   string // a file
	student  string
	metadata string // Gradescope's file about a submission
}

// secretNames are the flags of seeding.
var secretNames = []string{"secret", "student", "metadata"}

// register adds the flags of a seed that students cannot know.
func (s *seeding) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(anyText(&s.secret, "FILE"), "secret",
		"make the seed of the teacher's secret in FILE, - for standard input, and of --student")
	flags.Var(anyText(&s.student, "NAME"), "student", "with --secret, whose program it is, or which submission")
	flags.Var(anyText(&s.metadata, "FILE"), "metadata",
		"with --secret, Gradescope's submission_metadata.json, whose id is the --student")
}

// applySecret replaces the seed by the one of a student, if there is a secret.
func (f *gradeFlags) applySecret(cmd *cobra.Command, t *terminal, assignment string) error {
	s := &f.seeding
	switch named := s.student != "" || s.metadata != ""; {
	case s.secret == "" && !named:
		return nil
	case s.secret == "":
		return misusef("--secret FILE", "the seed of a student needs the teacher's secret")
	case f.class.dir != "" && named:
		return misusef("leave it out", "--student and --metadata are for the program of one student, not for --class")
	case cmd.Flags().Changed("seed"):
		return misusef("leave one of them out", "--seed and --secret: which one says the seed?")
	case !named && f.class.dir == "":
		return misusef("--student NAME", "--secret makes a seed of its own for each student: whose program is it?")
	case s.student != "" && s.metadata != "":
		return misusef("leave one of them out", "--student and --metadata: which one says whose program it is?")
	}
	secret, err := t.readSecret(s.secret)
	if err != nil {
		return err
	}
	if f.class.dir != "" {
		f.Secret = secret // each gets a seed of its own
		return nil
	}
	student, err := s.who()
	if err != nil {
		return err
	}
	f.Seed = grade.StudentSeed(secret, assignment, student)
	return nil
}

// readSecret reads a teacher's secret. The end of its last line is no part of it.
func (t *terminal) readSecret(file string) ([]byte, error) {
	in, err := t.input("secret", file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	secret, err := io.ReadAll(io.LimitReader(in, longestSecret))
	if err != nil {
		return nil, failuref("", "read the secret: %w", err)
	}
	secret = bytes.TrimRight(secret, "\r\n")
	if len(secret) < grade.LeastSecret {
		return nil, misusef("head -c 32 /dev/urandom | base64 >secret", "--secret %s: %d bytes, want %d at least",
			file, len(secret), grade.LeastSecret)
	}
	return secret, nil
}

// longestSecret bounds what is read of a file that is none.
const longestSecret = 64 << 10

// who is the student, or what Gradescope calls the submission.
func (s *seeding) who() (string, error) {
	if s.metadata == "" {
		return s.student, nil
	}
	body, err := os.ReadFile(s.metadata)
	if err != nil {
		return "", failuref("", "--metadata %s: %w", s.metadata, bareFile(err))
	}
	var submission struct{ ID json.Number }
	if err := json.Unmarshal(body, &submission); err != nil || submission.ID == "" {
		return "", failuref("", "--metadata %s: no id of a submission", s.metadata)
	}
	return submission.ID.String(), nil
}
