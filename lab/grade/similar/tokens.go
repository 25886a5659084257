package similar

import (
	"regexp"
	"slices"
	"strings"
)

// language is what must be known of a programming language to take its comments away and
// to tell names from its own words.
type language struct {
	comments *regexp.Regexp
	words    []string
}

var (
	slashes = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?(?:\*/|$)`)
	hash    = regexp.MustCompile(`#[^\n]*`)

	cWords = strings.Fields("break case catch char class continue default do double else enum extern final for func go " +
		"goto if import int interface let long match new package private public range return select short static " +
		"struct switch this throw try type union unsigned var void volatile while defer chan map fn mut impl use")
	scriptWords = strings.Fields("and as assert async await break class continue def del elif else end except finally " +
		"for from global if import in is lambda not or pass raise return then try until while with yield do fi done " +
		"case esac begin rescue sub my")
)

// languages by the ending of a file's name.
var languages = map[string]language{
	".c": {slashes, cWords}, ".h": {slashes, cWords}, ".cc": {slashes, cWords}, ".cpp": {slashes, cWords},
	".go": {slashes, cWords}, ".java": {slashes, cWords}, ".js": {slashes, cWords}, ".mjs": {slashes, cWords},
	".ts": {slashes, cWords}, ".rs": {slashes, cWords}, ".kt": {slashes, cWords}, ".cs": {slashes, cWords},
	".php": {slashes, cWords}, ".py": {hash, scriptWords}, ".rb": {hash, scriptWords}, ".pl": {hash, scriptWords},
	".sh": {hash, scriptWords},
}

// lexeme is a string, a name, a number, or one sign.
var lexeme = regexp.MustCompile("(?s)\"\"\".*?\"\"\"|'''.*?'''|" +
	`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|` + "`[^`]*`" + `|[\pL_][\pL\pN_]*|\pN[\pL\pN_.]*|[^\s]`)

// lexemes are a source without comments and layout.
func (l language) lexemes(source []byte) []string {
	var all []string
	for _, found := range lexeme.FindAll(l.plain(source), -1) {
		all = append(all, string(found))
	}
	return all
}

// tokens are lexemes in which all names are the same, all strings and all numbers too.
func (l language) tokens(lexemes []string) []string {
	all := make([]string, len(lexemes))
	for i, found := range lexemes {
		all[i] = l.token(found)
	}
	return all
}

// plain is the source without comments. A string that looks like one keeps only its
// beginning, as it does in every copy.
func (l language) plain(source []byte) []byte {
	return l.comments.ReplaceAll(source, []byte(" "))
}

func (l language) token(found string) string {
	switch c := found[0]; {
	case slices.Contains(l.words, found):
		return found
	case strings.ContainsRune("\"'`", rune(c)) && len(found) > 1:
		return "string"
	case '0' <= c && c <= '9':
		return "number"
	case c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z':
		return "name"
	}
	return found
}
