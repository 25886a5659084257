package page

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestViewer: what the script of the viewer looks for by its id is in its HTML, or is
// asked of the file; and its HTML is whole, though it is cut out of the page.
func TestViewer(t *testing.T) {
	v, err := NewViewer()
	if err != nil {
		t.Fatal(err)
	}
	ofFile := []string{"experiment", "status", "viewer"}
	for _, m := range regexp.MustCompile(`byId\("([\w-]+)"\)`).FindAllStringSubmatch(v.Script, -1) {
		there := strings.Contains(v.HTML, ` id="`+m[1]+`"`)
		if asked := slices.Contains(ofFile, m[1]); there == asked {
			t.Errorf("element %q: it is in the viewer: %v, it is asked of the file: %v", m[1], there, asked)
		}
	}
	var open []string
	for _, m := range regexp.MustCompile(`<(/?)([a-z]\w*)[^>]*>`).FindAllStringSubmatch(v.HTML, -1) {
		last := len(open) - 1
		switch {
		case m[2] == "input":
		case m[1] == "":
			open = append(open, m[2])
		case last < 0 || open[last] != m[2]:
			t.Fatalf("</%s> ends %v", m[2], open)
		default:
			open = open[:last]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v do not end", open)
	}
	for _, only := range []string{"killed", `id="drops"`, `id="command"`, `id="terminal"`} {
		if strings.Contains(v.HTML, only) {
			t.Errorf("the viewer has %s", only)
		}
	}
	if !strings.Contains(v.Script, "Copyright (c) 2022 Leon Sorokin") || strings.Contains(v.Style, "</") {
		t.Error("the license is missing, or the style would end itself")
	}
}
