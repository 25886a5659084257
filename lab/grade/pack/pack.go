// Package pack puts an assignment and the grader's binary into the archive that
// a grading platform asks for.
package pack

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

//go:embed files
var files embed.FS

// Options says what is packed.
type Options struct {
	Assignment string
	Command    []string // how a submission is started, in its own folder
	Binary     string   // path of this program for the platform (Linux)
	Seed       uint64
	Timeout    time.Duration
	Lang       string // of the results, "en" or "ko"
}

// file is a file of an archive.
type file struct {
	template string // in files; "" is the binary
	name     string // in the archive
	mode     os.FileMode
}

// platforms are the archives. Gradescope wants setup.sh and run_autograder at
// its root; the files of Classroom 50 belong into
// CLASSROOM/autograders/ASSIGNMENT; those of GitHub into the repository.
var platforms = map[string][]file{
	"gradescope":  {{"setup.sh", "setup.sh", 0o755}, {"run_autograder", "run_autograder", 0o755}, {"", "lab", 0o755}},
	"classroom50": {{"autograder.py", "autograder.py", 0o644}, {"", "lab", 0o755}},
	"github":      {{"autograding.yml", ".github/workflows/autograding.yml", 0o644}, {"", ".github/lab/lab", 0o755}},
}

// Platforms are the known platforms.
func Platforms() []string { return []string{"gradescope", "classroom50", "github"} }

// Write writes the platform's archive, a zip file.
func Write(w io.Writer, platform string, o Options) error {
	contents, ok := platforms[platform]
	if !ok {
		return fmt.Errorf("platform %q: want one of %s", platform, strings.Join(Platforms(), ", "))
	}
	archive := zip.NewWriter(w)
	for _, f := range contents {
		body, err := o.content(f)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
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

func (o Options) content(f file) ([]byte, error) {
	if f.template == "" {
		return os.ReadFile(o.Binary)
	}
	page, err := template.ParseFS(files, path.Join("files", f.template))
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	var body bytes.Buffer
	command := shellWords(o.Command)
	excuse, ok := excuses[o.Lang]
	if !ok {
		return nil, fmt.Errorf("language %q: want en or ko", o.Lang)
	}
	err = page.Execute(&body, map[string]any{
		"Assignment": o.Assignment, "Seed": o.Seed, "Timeout": o.Timeout, "StartTimeout": startTimeout,
		"Lang": o.Lang, "Excuse": excuse,
		"Command": command, "PythonCommand": strconv.QuoteToASCII(command),
	})
	return body.Bytes(), err
}

// excuses are what a student reads where the grader itself could not run, by
// language. They stand inside of JSON inside of a shell script.
var excuses = map[string]string{
	"en": "The grader could not run. This is not the fault of the submission: tell your teacher.",
	"ko": "채점기를 실행하지 못했다. 제출물의 잘못이 아니므로 선생님에게 알려 주기 바란다.",
}

// startTimeout lets a submission's "run" build the program first.
const startTimeout = time.Minute

// shellWords writes a command so that a shell reads the same words.
func shellWords(command []string) string {
	quoted := make([]string, len(command))
	for i, word := range command {
		quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
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
