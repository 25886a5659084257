package teacher

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	goleak.VerifyTestMain(m)
}

// examples is where whole assignments lie.
const examples = "../../../testdata/assignments"

func example(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(examples, name, "assignment.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestExample(t *testing.T) {
	a, err := Read(example(t, "reverse-line"))
	if err != nil {
		t.Fatal(err)
	}
	due := time.Date(2026, 12, 10, 14, 59, 0, 0, time.UTC)
	if a.ID != "reverse-line" || a.Kind != grade.Server || a.Network != "tcp" || a.Max() != 100 || len(a.Digest) != 64 {
		t.Errorf("%+v", a)
	}
	p := a.Policy
	if !p.Due.Equal(due) || p.Late != (grade.LatePolicy{Grace: 15 * time.Minute, PerDay: 10, AtMost: 72 * time.Hour}) ||
		!p.SeedPerStudent || p.Language != "ko" || p.StartTimeout != 15*time.Second ||
		p.Limits != (sandbox.Limits{Memory: 256 << 20, CPU: 30 * time.Second, Processes: 64}) {
		t.Errorf("%+v", p)
	}
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	if said := ko.Text(a.Checks[0].Heading()); said != "한 줄을 뒤집어 돌려보낸다" {
		t.Error(said)
	}
	for i, want := range []grade.Visibility{"", "", grade.Hidden, grade.AfterDue} {
		if got := a.Checks[i].Visibility; got != want {
			t.Errorf("%s: visibility %q, want %q", a.Checks[i].ID, got, want)
		}
	}
}
