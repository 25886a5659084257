package checks

import (
	"path"
	"slices"
	"strings"
	"testing"

	"echolab/lab/grade"
)

// TestCheats grades pairs of programs that hand the file over behind the relay's
// back: through the receiver's port, a file, shared memory, a Unix socket with a
// path or without, a connection of their own, or the other's process.
func TestCheats(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and starts many programs")
	}
	cheats := slices.DeleteFunc(allKnown(t), func(k known) bool {
		return k.Assignment != "reliable-udp" || !strings.HasPrefix(path.Base(k.Path), "cheat-")
	})
	if len(cheats) != 9 {
		t.Fatalf("%d cheats, want three kinds in three languages", len(cheats))
	}
	narrow := func(a grade.Assignment, k known) grade.Assignment { return closure(a, k.Fails) }
	for _, g := range gradeKnown(t, cheats, len(cheats), narrow) {
		t.Run(g.Path, func(t *testing.T) {
			g.judge(t)
			if m := g.result.Checks[0].Message.String(); !strings.Contains(m, "should have come through the relay") {
				t.Errorf("message = %q, want that nothing came through the relay", m)
			}
		})
	}
}
