package intake

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// sources are the endings of source files in the languages that courses are held in.
var sources = []string{
	".py", ".c", ".h", ".cc", ".cpp", ".go", ".java", ".js", ".mjs", ".ts", ".rs", ".rb", ".php", ".pl", ".kt", ".cs",
}

// look gives programs and scripts the right to be executed, and finds in the sources what often
// keeps a program from being graded well. That is said as a hint only: nobody has run it yet.
func (t *Taken) look() {
	fixed, where, asked := 0, "", false
	_ = filepath.WalkDir(t.Dir, func(path string, d fs.DirEntry, err error) error { // ours, and readable
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(t.Dir, path)
		content := readStart(path)
		if starts(content) {
			_ = os.Chmod(path, 0o755) // what the main file starts in turn; archives often lose the right
		}
		if filepath.Ext(path) == ".py" && !utf8.Valid(content) && !bytes.Contains(content, []byte("coding")) {
			t.notef("%s is not in UTF-8: Python refuses it, unless its first line says coding: cp949", filepath.ToSlash(name))
		}
		if slices.Contains(sources, filepath.Ext(path)) {
			asked = asked || outside.Match(content)
			if port := fixedPort(content); fixed == 0 && port != 0 {
				fixed, where = port, filepath.ToSlash(name)
			}
		}
		return nil
	})
	if fixed != 0 && !asked {
		t.notef("it seems to have port %d fixed in %s: then grade it with --port %d", fixed, where, fixed)
	}
}

// readStart is a file, or as much of it as is looked into.
func readStart(path string) []byte {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return content[:min(len(content), mostScript)]
}

var (
	// outside is how programs take what they are told from outside: their arguments or
	// their environment.
	outside = regexp.MustCompile(`(?i)\bargv?\b|\bargs\b|argparse|getenv|environ|flag\.`)
	// literal is a port that stands in a line that opens a socket or names a port.
	literal = regexp.MustCompile(
		`(?i)(?:bind|listen|connect|dial|create_server|htons|serversocket|datagramsocket|\bs?port\b)` +
			`[^\n;]{0,60}?[^\w.](\d{4,5})\b`)
)

// fixedPort is the port that a source file has as a number, or 0.
func fixedPort(content []byte) int {
	for _, found := range literal.FindAllSubmatch(content, -1) {
		if port, err := strconv.Atoi(string(found[1])); err == nil && port >= 1024 && port < 1<<16 {
			return port
		}
	}
	return 0
}
