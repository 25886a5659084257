//go:build !wasip1

package simulated

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"echolab/lab/networks"
	"echolab/lab/text"
)

// loadProgram is the guest: the one in this program, or one that was built
// before, or one that is built now.
func loadProgram(ctx context.Context, c *cache, tellf func(text.Phrase, ...any)) ([]byte, error) {
	if len(embedded) > 0 {
		sum := sha256.Sum256(embedded)
		return c.program(hex.EncodeToString(sum[:16]), func(file string) error { return unpack(embedded, file) })
	}
	t, err := findToolchain()
	if err != nil {
		return nil, err
	}
	key, err := t.key()
	if err != nil {
		return nil, fmt.Errorf("read the lab's own sources in %s: %w", t.root, err)
	}
	return c.program(key, func(file string) error {
		tellf("building the simulated machine, once")
		return t.build(ctx, "./cmd/lab", file)
	})
}

// Program is the program that runs inside the machine, gzipped: the lab for
// WebAssembly, which a web page can run, too. It may have to be built first.
func (m *Machine) Program(ctx context.Context) ([]byte, error) {
	if len(embedded) > 0 {
		return embedded, nil
	}
	defer m.tellf("")
	c := openCache()
	defer c.lock()()
	program, err := loadProgram(ctx, c, m.tellf)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(program); err != nil {
		return nil, fmt.Errorf("pack the program: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack the program: %w", err)
	}
	return packed.Bytes(), nil
}

// unpack writes a gzipped program into a file.
func unpack(packed []byte, file string) error {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack the program: %w", err)
	}
	program, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("unpack the program: %w", err)
	}
	return os.WriteFile(file, program, 0o666)
}

// toolchain can build the guest from the sources that this program was built
// from.
type toolchain struct {
	command string // go
	root    string // folder of the module
}

const howToHave = "build the lab with \"make build\", which puts the machine into it, or use: --network virtual"

// findToolchain finds the sources and the go command, or says which is missing.
func findToolchain() (toolchain, error) {
	_, here, _, _ := runtime.Caller(0)
	t := toolchain{root: filepath.Join(filepath.Dir(here), "..", "..", "..")}
	if _, err := os.Stat(filepath.Join(t.root, "go.mod")); !filepath.IsAbs(here) || err != nil {
		return t, &networks.UnavailableError{Hint: howToHave,
			Reason: "the simulated machine is not in this program, and the sources to build it are not here"}
	}
	var err error
	if t.command, err = exec.LookPath("go"); err != nil {
		return t, &networks.UnavailableError{Hint: howToHave,
			Reason: "the simulated machine has to be built once, and the command go is not here"}
	}
	return t, nil
}

// rooms are the folders that the guest is built from. That some of what is in
// them is not part of it does no harm.
var rooms = []string{"tcp", "udp", "lab", "cmd/lab"}

// key names the program by all that decides it: the sources and the compiler.
func (t toolchain) key() (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version()) //nolint:errcheck // a hash takes everything
	add := func(file string) error {
		b, err := os.ReadFile(filepath.Join(t.root, file))
		fmt.Fprintf(h, "%s %d\n%s", filepath.ToSlash(file), len(b), b) //nolint:errcheck // as above
		return err
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		if err := add(file); err != nil {
			return "", err
		}
	}
	for _, room := range rooms {
		err := fs.WalkDir(os.DirFS(t.root), room, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			return add(filepath.FromSlash(file))
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// buildFlags make the same bytes of the same sources, in whatever folder they
// lie.
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="}

// build builds a program of the module for the machine, into a file.
func (t toolchain) build(ctx context.Context, program, file string) error {
	args := append([]string{"build", "-o", file}, buildFlags...)
	cmd := exec.CommandContext(ctx, t.command, append(args, program)...)
	cmd.Dir = t.root
	cmd.Env = append(cmd.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build the simulated machine: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}
