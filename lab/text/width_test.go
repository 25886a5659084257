package text

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWidth(t *testing.T) {
	t.Setenv("LC_ALL", "ko_KR.UTF-8") // must not make arrows wide
	for s, want := range map[string]int{
		"": 0, "TCP": 3, "연결": 4, "µs": 2, "↓": 1, "✓": 1, "76.9–85.1": 9, "혼잡 제어": 9, "·": 1, "│": 1, "≥": 1,
	} {
		if got := Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
	if got := Pad("연결", 6) + "|" + PadLeft("연결", 6) + "|" + Pad("연결", 2); got != "연결  |  연결|연결" {
		t.Errorf("padded: %q", got)
	}
}

func TestWrap(t *testing.T) {
	for _, tc := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"kernel, loss 10 %, delay 10 ms", 15, []string{"kernel, loss", "10 %, delay", "10 ms"}},
		{"Connection-Oriented", 12, []string{"Connection-", "Oriented"}},
		{"1,977 Mbit/s", 7, []string{"1,977", "Mbit/s"}},
		{"retransmissions", 5, []string{"retra", "nsmis", "sions"}},
		{"연결 설정과 종료", 9, []string{"연결", "설정과", "종료"}},
		{"신뢰성있는데이터", 5, []string{"신뢰", "성있", "는데", "이터"}},
		{"659,548–708,148", 12, []string{"659,548–", "708,148"}},
		{"1,048,576", 7, []string{"1,048,5", "76"}},
		{"two\nlines", 10, []string{"two", "lines"}},
		{"가나", 1, []string{"가", "나"}},
		{Together("a b") + " c", 3, []string{"a b", "c"}},
	} {
		if got := Wrap(tc.text, tc.width); !slices.Equal(got, tc.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tc.text, tc.width, got, tc.want)
		}
	}
}

// TestWrapKeepsAll: no line is too wide, and no character but blanks is lost.
func TestWrapKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab1%/- \n연결·→µ"))).Draw(t, "text")
		width := rapid.IntRange(2, 30).Draw(t, "width")
		lines := Wrap(text, width)
		for _, line := range lines {
			if Width(line) > width {
				t.Fatalf("%q is %d cells wide, allowed are %d", line, Width(line), width)
			}
		}
		letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := letters(strings.Join(lines, "")); got != letters(text) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
