package class

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// mostLog is how much of the end of a build's output stands in a result, in bytes.
const mostLog = 2000

// buildLimits are wider than those of a program: compilers need more memory.
var buildLimits = sandbox.Limits{Memory: 2 << 30, FileSize: 256 << 20, Processes: 512}

// built is what became of a build.
type built struct {
	ok     bool
	reason text.Message
	log    string
}

// build makes the program, in the sandbox. Its error is ours; a build that fails is none.
func (c *Class) build(ctx context.Context, dir string) (*built, error) {
	limit := c.options.buildTimeout()
	limited, cancel := context.WithTimeout(ctx, sandbox.Scaled(limit))
	defer cancel()
	command := []string{"sh", "-c", "exec 2>&1\n" + c.options.Build}
	box, err := sandbox.Open(limited, sandbox.Room{
		Limits: buildLimits, Dir: dir, Keep: true, Command: command, Hide: c.options.Hide,
	})
	if err != nil {
		return nil, fmt.Errorf("open a sandbox for the build: %w", err)
	}
	defer box.Close() //nolint:errcheck // what it did is known by then
	p, err := box.Start(limited, sandbox.Command{Args: command, Env: c.buildEnvironment(box.Home())})
	if err != nil {
		return nil, fmt.Errorf("start the build: %w", err)
	}
	select {
	case <-p.Done():
	case <-limited.Done():
		p.Kill()
		<-p.Done()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.Flush(time.Second)
	b := &built{log: grade.Printable(p.Stdout.Tail(8 << 10))}
	exit, _ := p.Ended()
	switch {
	case limited.Err() != nil:
		b.reason = text.Sayf("building it with %s took longer than %v", c.options.Build, limit)
	case exit.Code != 0 || exit.Signal != "" || exit.Limit != "":
		b.reason = text.Sayf("building it with %s failed: %s", c.options.Build, grade.ExitText(exit))
	default:
		b.ok = true
	}
	return b, nil
}

// buildEnvironment is all that a build gets to see.
func (c *Class) buildEnvironment(home string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + home, "TMPDIR=" + home}
	for _, name := range c.options.Env {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// end is the end of a text, from the beginning of a line where it was cut.
func end(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[len(s)-most:]
	_, rest, _ := strings.Cut(s, "\n")
	return rest
}
