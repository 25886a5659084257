package checks

import (
	"strings"
	"testing"
)

// TestTolerances says what each tolerance overlooks, and what it does not.
func TestTolerances(t *testing.T) {
	all := map[string]tolerance{"kindly": kindly, "changed": changed, "inside": inside, "apart": apart}
	tests := []struct {
		name, sent, want, got string
		accept                string // the tolerances that accept it
	}{
		{"as it should be", "ab\n", "ab\n", "ab\n", "kindly changed inside apart"},
		{"a line end is missing", "ab\n", "ab\n", "ab", "kindly changed inside apart"},
		{"CR LF is missing", "ab\r\n", "ab\r\n", "ab", "kindly changed inside apart"},
		{"CR LF for LF", "ab\n", "ab\n", "ab\r\n", "kindly changed apart"},
		{"LF for CR LF", "ab\r\n", "ab\r\n", "ab\n", "kindly changed apart"},
		{"CR LF for LF inside", "a\nb\n", "a\nb\n", "a\r\nb\r\n", "kindly changed apart"},
		{"a line end inside is missing", "a\nb\n", "a\nb\n", "ab\n", "kindly changed apart"},
		{"a NUL behind", "ab\n", "ab\n", "ab\n\x00", "kindly changed inside apart"},
		{"a NUL inside is missing", "a\x00b\n", "a\x00b\n", "ab\n", ""},
		{"a greeting", "ab\n", "ab\n", "welcome\nab\n", "kindly changed inside"},
		{"a greeting like the answer", "ab\n", "ab\n", "aab\n", "kindly changed inside"},
		{"a long greeting", "ab\n", "ab\n", strings.Repeat("x", leadMost+1) + "ab\n", ""},
		{"unchanged", "ab\n", "AB\n", "ab\n", "kindly inside apart"},
		{"in part unchanged", "ab\n", "AB\n", "Ab\n", "kindly inside apart"},
		{"another case than either", "AB\n", "AB\n", "ab\n", ""},
		{"too short", "abc\n", "abc\n", "ab\n", ""},
		{"nothing", "ab\n", "ab\n", "", ""},
		{"an empty line, and nothing came", "\n", "\n", "", ""},
		{"nothing for nothing", "", "", "", "kindly changed inside apart"},
		{"a line end for nothing", "", "", "\n", "kindly changed inside"},
	}
	for _, test := range tests {
		for name, tolerance := range all {
			a := answer{[]byte(test.sent), []byte(test.want), tolerance}
			want := strings.Contains(test.accept, name)
			if got := a.accepts([]byte(test.got)); got != want {
				t.Errorf("%s: %s accepts = %v, want %v", test.name, name, got, want)
			}
		}
	}
}

// TestDiagnose wants what goes wrong most often to have a name.
func TestDiagnose(t *testing.T) {
	tests := []struct{ got, want, says string }{
		{"", "ab\n", "nothing came"},
		{"ab\nab\n", "ab\n", "it was written twice"},
		{"ab\n\x00", "ab\n", `after it came 1 byte "\x00"`},
		{"> ab\n", "ab\n", `before it came 2 bytes "> "`},
		{"ab", "ab\n", "the line end is missing"},
		{"ab\r\n", "ab\n", "the line ends were changed"},
		{"ab\n", "ab\r\n", "the line ends were changed"},
		{"ab", "abc\n", "of these only 2 came"},
		{"acbd\n", "abcd\n", "the right bytes came in another order, from byte 2 on"},
		{"axcd\n", "abcd\n", "byte 2 was 'x' instead of 'b'"},
		{"\xff", "abcd\n", "byte 1 was 0xFF instead of 'a'"},
	}
	for _, test := range tests {
		if said := diagnose([]byte(test.got), []byte(test.want)).String(); said != test.says {
			t.Errorf("diagnose(%q, %q) = %q, want %q", test.got, test.want, said, test.says)
		}
	}
}
