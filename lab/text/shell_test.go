package text

import "testing"

func TestShellWords(t *testing.T) {
	for want, words := range map[string][]string{
		"":                                nil,
		"python3 a/b.py --loss 5% {host}": {"python3", "a/b.py", "--loss", "5%", "{host}"},
		`'two words' '' '$x' '{a,b}'`:     {"two words", "", "$x", "{a,b}"},
		`'it'\''s' '; rm x'`:              {"it's", "; rm x"},
		"'안녕'":                            {"안녕"},
	} {
		if got := ShellWords(words...); got != want {
			t.Errorf("ShellWords(%q) = %s, want %s", words, got, want)
		}
	}
}
