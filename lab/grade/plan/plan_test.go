package plan

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// hostile are words that mean something to a shell, to YAML, to Kubernetes or to
// GitHub, and must not.
var hostile = []string{
	"it's", `"`, "$HOME", "$(id)", "$$(id)", "`id`", "a;b", "x\ny", "\n- x", "  lead\nx", "tab\t", "#", "# x", "a: b", "- x", "*", "&a",
	"!x", "~", "null", "yes", "1e3", "0o7", "{port}", "${{ secrets.X }}", "${{", "}}", "%d", "\\", "\\n", "\r", "\x1b[31m", "한글", "😀", "", " ", "--", "'\n'",
}

func options() Options {
	return Options{
		Assignment: "echo-tcp", Class: "sub missions", Grades: "grades", Final: "fin al", Shards: 6, Jobs: 2,
		Limit: 90 * time.Minute, Flags: []string{"--seed=7"}, Command: hostile, Binary: "lab",
		Sum: strings.Repeat("0a", 32), Image: "debian:stable", Claim: "class",
	}
}

func written(t *testing.T, engine string, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, engine, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// graded are the words that a task must start the grader with.
func graded(o Options, shard ...string) []string {
	before, behind := o.grading()
	return append(append(before, shard...), behind...)
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		engine string
		change func(*Options)
		want   string
	}{
		"unknown engine":       {"nomad", func(*Options) {}, "want one of slurm, kubernetes, github"},
		"no share":             {"slurm", func(o *Options) { o.Shards = 0 }, "from 1 to 1000"},
		"too many for github":  {"github", func(o *Options) { o.Shards = 257 }, "from 1 to 256"},
		"line end in a name":   {"slurm", func(o *Options) { o.Class = "a\nb" }, "printable"},
		"name not in UTF-8":    {"slurm", func(o *Options) { o.Class = "\xff" }, "printable"},
		"not UTF-8":            {"kubernetes", func(o *Options) { o.Command = []string{"\xff"} }, "UTF-8"},
		"NUL":                  {"slurm", func(o *Options) { o.Flags = []string{"--x=\x00"} }, "UTF-8"},
		"no checksum":          {"slurm", func(o *Options) { o.Sum = "" }, "64 hexadecimal digits"},
		"checksum of letters":  {"slurm", func(o *Options) { o.Sum = strings.Repeat("g", 64) }, "64 hexadecimal digits"},
		"no time":              {"slurm", func(o *Options) { o.Limit = time.Second }, "a minute or more"},
		"outside of volume":    {"kubernetes", func(o *Options) { o.Class = "../x" }, "root of the volume"},
		"no image":             {"kubernetes", func(o *Options) { o.Image = "" }, "container image"},
		"outside of checkout":  {"github", func(o *Options) { o.Binary = "/usr/bin/lab" }, "root of the repository"},
		"fetched in the clear": {"github", func(o *Options) { o.URL = "http://example.org/lab" }, "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			c.change(&o)
			var b bytes.Buffer
			err := Write(&b, c.engine, o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one with %q", err, c.want)
			}
			if b.Len() > 0 {
				t.Errorf("wrote %d bytes of a plan that is none", b.Len())
			}
		})
	}
}
