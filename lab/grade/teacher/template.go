package teacher

import (
	"embed"
	"fmt"
	"strings"
	"text/template"

	"echolab/lab/grade"
	"echolab/lab/text"
)

//go:embed templates
var templates embed.FS

// SchemaFile is the name under which a new file expects the schema beside it.
const SchemaFile = "assignment.schema.json"

// New is a file to start from, with comments in the printer's language, which works as it
// is. It is based on an assignment of the lab, or for the zero value a server of the
// teacher's own.
func New(id string, base grade.Assignment, p text.Printer) ([]byte, error) {
	t, err := template.ParseFS(templates, "templates/new."+p.Lang()+".yaml")
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	width := 0
	for _, c := range base.Checks {
		width = max(width, len(c.ID))
	}
	korean, err := text.For("ko")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = t.Execute(&b, map[string]any{
		"ID": id, "Base": base, "Schema": SchemaFile, "Server": base.Kind == grade.Server && base.Network == "tcp",
		"Pad":    func(id string) string { return strings.Repeat(" ", width-len(id)) },
		"Korean": korean.Say,
	})
	return []byte(b.String()), err
}
