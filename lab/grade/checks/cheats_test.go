package checks

import (
	"context"
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

// TestOnlyTheRelayCounts has the right file written, and wants it refused unless
// enough bytes went through the relay. Where rooms share the machine this is all
// that stands against a cheat.
func TestOnlyTheRelayCounts(t *testing.T) {
	a := reliableUDP
	a.Checks = []grade.Check{{ID: "compare", Points: 1, Run: func(ctx context.Context, s *grade.Subject) error {
		p, err := s.Launch(ctx, "receiver", 0)
		if err != nil {
			return err
		}
		if !ended(ctx, p, replyWithin) {
			t.Error("printf still runs")
		}
		tr := &transfer{Subject: s, receiver: p, relay: &relay{}, file: []byte("hello")}
		tr.relay.there.bytes.Store(4)
		if err := tr.compare(); err == nil || !strings.Contains(err.Error(), "passed on only 4 bytes") {
			t.Errorf("4 of 5 bytes through the relay: %v", err)
		}
		tr.relay.there.bytes.Store(5)
		return tr.compare()
	}}}
	if r := gradeWith(t, a, "", "sh", "-c", "printf hello; : {role}"); r.Score != 1 {
		t.Errorf("5 of 5 bytes through the relay: %s", r.Checks[0].Message)
	}
}
