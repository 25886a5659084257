package intake

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mostScript bounds a file that is looked into, in bytes.
const mostScript = 1 << 20

// binaries are how files begin that systems start by themselves.
var binaries = [][]byte{
	[]byte("\x7fELF"), []byte("MZ"),
	{0xCF, 0xFA, 0xED, 0xFE}, {0xCA, 0xFE, 0xBA, 0xBE}, // Mach-O, for one processor and for several
}

// starts reports whether a file is a program or a script that can be started.
func starts(content []byte) bool {
	return bytes.HasPrefix(content, []byte("#!")) || isBinary(content)
}

func isBinary(content []byte) bool {
	return slices.ContainsFunc(binaries, func(magic []byte) bool { return bytes.HasPrefix(content, magic) })
}

// mend makes the file that starts the program start: under its name, with line ends, a
// first line and rights as Unix wants them.
func (t *Taken) mend(main Main) error {
	if main.Name == "" {
		return nil
	}
	if err := t.rename(main.Name); err != nil {
		return err
	}
	file := filepath.Join(t.Dir, main.Name)
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!main.Start || info.Size() > mostScript || info.IsDir()) {
		return nil // a build step may make it
	}
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if mended := t.script(main.Name, content); !bytes.Equal(mended, content) {
		if err := os.WriteFile(file, mended, 0o644); err != nil {
			return err
		}
	}
	if info.Mode()&0o111 == 0 {
		t.notef("%s was not executable: made so", main.Name)
	}
	return os.Chmod(file, 0o755)
}

// rename finds the file under a name that is nearly the right one: systems hide endings.
func (t *Taken) rename(main string) error {
	if _, err := os.Stat(filepath.Join(t.Dir, main)); err == nil {
		return nil
	}
	entries, err := os.ReadDir(t.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		ending := strings.ToLower(filepath.Ext(name))
		stem := strings.TrimSuffix(strings.ToLower(name), ending)
		if stem == strings.ToLower(main) && slices.Contains([]string{"", ".sh", ".txt", ".py"}, ending) && !e.IsDir() {
			t.notef("there is no file %s: %s is taken for it", main, quoted(name))
			return os.Rename(filepath.Join(t.Dir, name), filepath.Join(t.Dir, main))
		}
	}
	return nil
}

// script is the file as Unix starts it.
func (t *Taken) script(name string, content []byte) []byte {
	if isBinary(content) || bytes.IndexByte(content, 0) >= 0 {
		return content
	}
	if rest, ok := bytes.CutPrefix(content, []byte("\ufeff")); ok {
		t.notef("a byte order mark at the beginning of %s: taken away", name)
		content = rest
	}
	if bytes.Contains(content, []byte("\r\n")) {
		t.notef("CRLF at the line ends of %s: made LF", name)
		content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	}
	if !bytes.HasPrefix(content, []byte("#!")) {
		first := interpreter(content)
		t.notef("no line #! at the beginning of %s: added %s", name, first)
		content = append([]byte(first+"\n"), content...)
	}
	return content
}

// interpreter is the first line for a script without one.
func interpreter(content []byte) string {
	for line := range bytes.Lines(content) {
		for _, word := range []string{"import ", "from ", "def ", "class "} {
			if bytes.HasPrefix(line, []byte(word)) {
				return "#!/usr/bin/env python3"
			}
		}
	}
	return "#!/bin/sh"
}
