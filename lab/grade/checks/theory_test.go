package checks

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/grade"
	"echolab/lab/packet"
	"echolab/lab/text"
)

// TestMeasured holds what the standards say against what this machine does.
func TestMeasured(t *testing.T) {
	for _, q := range Questions() {
		t.Run(q.ID, func(t *testing.T) {
			got, seen, err := q.measure(t.Context())
			if errors.Is(err, errors.ErrUnsupported) || q.ID == "q1" && runtime.GOOS == "darwin" {
				t.Skipf("not to be measured here: %v", err)
			}
			if err != nil || got != q.right {
				t.Errorf("measured %q (%s), %v; the standards say %q", got, seen, err, q.right)
			}
		})
	}
}

// TestWhoCut shows pieces that other layers would have made.
func TestWhoCut(t *testing.T) {
	udp := &packet.Datagram{}
	piece := func(id uint16, header *packet.Datagram, length int) packet.Packet {
		return packet.Packet{ID: id, UDP: header, Length: length}
	}
	tests := []struct {
		name   string
		pieces []packet.Packet
		want   string
	}{
		{"the transport layer", []packet.Packet{piece(1, udp, 1500), piece(2, udp, 1500), piece(3, udp, 1100)}, "b"},
		{"the IP layer", []packet.Packet{piece(1, udp, 1500), piece(1, nil, 1500), piece(1, nil, 1068)}, "c"},
		{"the link layer", []packet.Packet{piece(1, udp, 4028)}, "d"},
		{"nobody", []packet.Packet{piece(1, udp, 1028)}, ""},
		{"pieces of two packets", []packet.Packet{piece(1, udp, 1500), piece(2, nil, 1500)}, ""},
		{"nothing", nil, ""},
	}
	for _, test := range tests {
		if got, seen, err := whoCut(test.pieces, 4000); got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q (%s), %v; want %q", test.name, got, seen, err, test.want)
		}
	}
}

func TestParseAnswers(t *testing.T) {
	want := map[string]string{"q1": "c", "q2": "", "q3": "a"}
	for name, text := range map[string]string{
		"lines":   "# 1. a question = an answer?\nq1 = C # sure\r\nq2 =\n\nQ3=a\nnonsense\n",
		"JSON":    `{"Q1": " c ", "q2": "", "q3": "A"}`,
		"UTF BOM": "\ufeffq1=c\nq2=\nq3=a",
	} {
		got, err := parseAnswers([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := parseAnswers([]byte("{nonsense")); err == nil {
		t.Error("nonsense passed for JSON")
	}
}

func answersFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "answers.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gradeAnswers(t *testing.T, path string) *grade.Result {
	t.Helper()
	a, _ := Find("theory")
	r, err := grade.Run(t.Context(), a, grade.Options{Command: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheory(t *testing.T) {
	template := AnswerTemplate(func(p text.Phrase) string { return string(p) })
	empty := gradeAnswers(t, answersFile(t, template))
	if empty.Score != 0 || len(failing(empty)) != 7 {
		t.Errorf("the empty template has %d points", empty.Score)
	}
	filled := template
	for _, q := range Questions() {
		filled = strings.Replace(filled, q.ID+" =", q.ID+" = "+q.right, 1)
	}
	if r := gradeAnswers(t, answersFile(t, filled)); r.Score != r.Max {
		explain(t, r)
		t.Errorf("all right answers have %d of %d points", r.Score, r.Max)
	}
	wrong := gradeAnswers(t, answersFile(t, strings.Replace(filled, "q4 = c", "q4 = d", 1)))
	wantFailing(t, wrong, "q4")
	if m := wrong.Find("q4").Message.String(); !strings.Contains(m, "accept") || runtime.GOOS == "linux" && !strings.Contains(m, "after listen it succeeded") {
		t.Errorf("message = %q, want the answer and what was measured", m)
	}
	if r := gradeAnswers(t, answersFile(t, "q1 = 28\nq2 = x")); r.Score != 0 {
		t.Errorf("answers that are no letters have %d points", r.Score)
	}
	if r := gradeAnswers(t, filepath.Join(t.TempDir(), "none")); r.Score != 0 || r.Count(grade.Failed) != 7 {
		t.Errorf("a missing file: %d points", r.Score)
	}
}
