package page

import (
	"fmt"
	"io/fs"
	"strings"
)

// Viewer is what a file needs to show runs that it holds: the lanes, player, list and
// charts of the page. The events of a run (lab.events/1, one experiment) stand in an
// element of the file, gzipped and in base64; the file has a <select id="experiment"> whose
// values are the ids of such elements, an element with id "status" for what goes
// wrong, and all of the viewer in one with id "viewer", which is hidden until the
// script runs. What is to be unfolded on paper has class "explained".
type Viewer struct {
	HTML   string // a part of a body
	Style  string
	Script string // plain JavaScript, to run behind the body
}

// NewViewer makes the viewer out of the files of the page.
func NewViewer() (v Viewer, err error) {
	script, err := bundle(files(), "report.js")
	if err != nil {
		return v, fmt.Errorf("make one script of the viewer: %w", err)
	}
	var all [5]string
	for i, name := range []string{
		"index.html", "lib/uplot/uPlot.min.css", "style.css", "report.css", "lib/uplot/LICENSE",
	} {
		content, err := fs.ReadFile(files(), name)
		if err != nil {
			return v, fmt.Errorf("read %s of the viewer: %w", name, err)
		}
		all[i] = string(content)
	}
	v.HTML = marked(all[0])
	v.Style = strings.Join(all[1:4], "\n")
	v.Script = "/*\nuPlot:\n" + all[4] + "*/\n" + script // its license wants to be with it
	return v, nil
}

// The marks around what the viewer takes from the page.
const (
	beginMark = "<!-- viewer -->"
	endMark   = "<!-- end of viewer -->"
)

// marked are the parts of a page between the marks, one behind the other.
func marked(page string) string {
	var out strings.Builder
	for _, part := range strings.Split(page, beginMark)[1:] {
		inside, _, _ := strings.Cut(part, endMark)
		out.WriteString(strings.TrimSpace(inside) + "\n")
	}
	return out.String()
}
