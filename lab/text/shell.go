package text

import (
	"regexp"
	"strings"
)

// plainWord matches words that a shell leaves as they are.
var plainWord = regexp.MustCompile(`^([\w.,:=/%+-]+|\{\w+\})$`)

// ShellWords writes words in one line so that a POSIX shell reads the same words.
func ShellWords(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plainWord.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
