// Package document is a web page in one file: it opens from disk in any browser, and
// asks no host for anything. What stands in it is its writer's; this package adds the
// frame, the styles that all such files share, and a policy that forbids the browser
// to load anything from elsewhere or to run a script that came in with the content.
package document

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
)

// Document is one file.
type Document struct {
	Language string   // "en" or "ko"
	Title    string   // plain text
	Style    string   // CSS, beside the common one; it may not contain "</"
	Body     string   // HTML: whoever made it has escaped what was not his own
	Scripts  []Script // run in this order when the body is there
}

// Script is one script in the file, of this program's own making. Its source may not
// contain "</".
type Script struct {
	Type   string // "module", "importmap", or a type of data such as "application/json"; "" is plain JavaScript
	ID     string // by which others find it; may be empty
	Source string
}

// String is the whole file.
func (d Document) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\">\n", html.EscapeString(d.Language))
	b.WriteString("<head>\n<meta charset=\"utf-8\">\n")
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", d.policy())
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	fmt.Fprintf(&b, "<title>%s</title>\n<style>\n%s%s</style>\n", html.EscapeString(d.Title), style, d.Style)
	b.WriteString("</head>\n<body>\n<main>\n")
	b.WriteString(d.Body)
	b.WriteString("</main>\n")
	for _, s := range d.Scripts {
		fmt.Fprintf(&b, "<script%s%s>%s</script>\n", attribute("type", s.Type), attribute("id", s.ID), s.Source)
	}
	b.WriteString("</body>\n</html>\n")
	return b.String()
}

// policy lets the browser run the scripts of the document, which it knows by their
// hashes, and load nothing from anywhere (Content Security Policy Level 3, W3C).
func (d Document) policy() string {
	sources := []string{"'none'"}
	if len(d.Scripts) > 0 {
		sources = nil
	}
	for _, s := range d.Scripts {
		sum := sha256.Sum256([]byte(s.Source))
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:; " +
		"script-src " + strings.Join(sources, " ")
}

func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(" %s=%q", name, html.EscapeString(value))
}
