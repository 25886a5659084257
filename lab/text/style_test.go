package text

import "testing"

func TestPaint(t *testing.T) {
	for _, tc := range []struct {
		style Style
		text  string
		color bool
		want  string
	}{
		{Red, "late", true, "\x1b[31mlate\x1b[0m"},
		{Red, "late", false, "late"},
		{Plain, "late", true, "late"},
		{Red, "", true, ""},
	} {
		if got := tc.style.Paint(tc.text, tc.color); got != tc.want {
			t.Errorf("%q in style %q, colour %v: %q, want %q", tc.text, tc.style, tc.color, got, tc.want)
		}
	}
}
