// Package pack puts an assignment and the grader's binary into the archive that
// a grading platform asks for, in such a way that students cannot reach what they
// must not see (the teacher's secret and file), or that the teacher can tell that
// they have changed something.
package pack

import (
	"archive/zip"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Options says what is packed.
type Options struct {
	Assignment string   // its id
	File       []byte   // the teacher's file, where it is none of the lab's
	Command    []string // how a submission is started, in its own folder
	Binary     string   // path of this program for the platform (Linux)
	Seed       uint64   // where there is no Secret
	Secret     []byte   // of the teacher, that seeds are made of; a line of text
	Timeout    time.Duration
	// StartTimeout is how long a program may take until it listens; a minute at least, so
	// that "run" can build it first.
	StartTimeout time.Duration
	Dated        bool   // File says when the work is due
	Lang         string // of the results, "en" or "ko"
	Repository   string // of the teacher, OWNER/NAME; only for GitHub
	Ref          string // the tag or commit of Repository; only for GitHub
	URL          string // where the runners fetch Binary; only for GitHub, "" is the release Ref
}

// file is a file of an archive.
type file struct {
	source string // a template in files, or one of the below
	name   string // in the archive
	mode   os.FileMode
}

// Sources of files that are no template. Where there is nothing of it, there is no
// file.
const (
	binary  = "binary"
	secret  = "secret"
	teacher = "assignment.yaml"
)

// platforms are the archives. Gradescope wants setup.sh and run_autograder at
// its root; the files of Classroom 50 belong into
// CLASSROOM/autograders/ASSIGNMENT; those of GitHub into two repositories.
var platforms = map[string][]file{
	"gradescope": {
		{"setup.sh", "setup.sh", 0o755}, {"run_autograder", "run_autograder", 0o755}, {binary, "lab", 0o755},
		{secret, secret, 0o600}, {teacher, teacher, 0o600},
	},
	"classroom50": {
		{"autograder.py", "autograder.py", 0o644}, {binary, "lab", 0o755},
		{secret, secret, 0o600}, {teacher, teacher, 0o600},
	},
	"github": {
		{"README", "README.md", 0o644}, {binary, "teacher/lab", 0o755},
		{"grade.yml", "teacher/.github/workflows/grade-ASSIGNMENT.yml", 0o644},
		{"autograding.yml", "student/.github/workflows/autograding.yml", 0o644},
	},
}

// Platforms are the known platforms.
func Platforms() []string { return []string{"gradescope", "classroom50", "github"} }

// Write writes the platform's archive, a zip file.
func Write(w io.Writer, platform string, o Options) error {
	contents, ok := platforms[platform]
	if !ok {
		return fmt.Errorf("platform %q: want one of %s", platform, strings.Join(Platforms(), ", "))
	}
	if err := o.validate(platform); err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	for _, f := range contents {
		body, err := o.content(f.source)
		if err != nil {
			return err
		}
		if body == nil {
			continue
		}
		header := &zip.FileHeader{Name: strings.ReplaceAll(f.name, "ASSIGNMENT", o.Assignment), Method: zip.Deflate}
		header.SetMode(f.mode)
		out, err := archive.CreateHeader(header)
		if err != nil {
			return fmt.Errorf("pack %s: %w", f.name, err)
		}
		if _, err := out.Write(body); err != nil {
			return fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	return archive.Close()
}

// Names that mean nothing to a shell, to YAML, or to GitHub.
var (
	plainID   = regexp.MustCompile(`^[\w-]+$`)
	plainRepo = regexp.MustCompile(`^[\w-]+/[\w.-]+$`)
	plainRef  = regexp.MustCompile(`^\w[\w./-]*$`)
	plainURL  = regexp.MustCompile(`^https://[^\s'"{}]+$`)
)

// validate sets defaults, and says what an archive cannot hold.
func (o *Options) validate(platform string) error {
	if !plainID.MatchString(o.Assignment) {
		return fmt.Errorf("assignment %q: its id is a part of file names", o.Assignment)
	}
	for _, word := range append(slices.Clone(o.Command), string(o.Secret)) {
		if strings.ContainsFunc(word, unicode.IsControl) {
			return fmt.Errorf("%q: a command, and a secret, stand in one line", word)
		}
	}
	if platform != "github" {
		return nil
	}
	if o.URL == "" {
		o.URL = "https://github.com/" + o.Repository + "/releases/download/" + o.Ref + "/lab"
	}
	switch {
	case len(o.File) > 0:
		return errors.New("students of a repository read all that is in it: grade a file of your own where they cannot")
	case !plainRepo.MatchString(o.Repository):
		return fmt.Errorf("repository %q: want OWNER/NAME, where the workflow will be that grades", o.Repository)
	case !plainRef.MatchString(o.Ref):
		return fmt.Errorf("ref %q: want a tag or a commit", o.Ref)
	case !plainURL.MatchString(o.URL):
		return fmt.Errorf("address %q: want one that begins with https://", o.URL)
	}
	return nil
}

// Check says why a binary would not run on the platforms, or nil: they run
// Linux on amd64, with whatever C library.
func Check(binary string) error {
	f, err := elf.Open(binary)
	if err != nil {
		return fmt.Errorf("%s: not a program for Linux", binary)
	}
	defer func() { _ = f.Close() }()
	if f.Machine != elf.EM_X86_64 {
		return fmt.Errorf("%s: a program for %v, not for amd64", binary, f.Machine)
	}
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		return errors.New("not a static binary: it needs the C library that it was built with")
	}
	return nil
}
