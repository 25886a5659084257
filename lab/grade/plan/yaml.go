package plan

import (
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// tree is a YAML mapping whose keys may stand in the order of the alphabet.
type tree map[string]any

// word is a text from outside. It stands in quotation marks, so that nothing in
// it means anything to YAML, and its first line may be blank.
type word string

// MarshalYAML makes it a quoted scalar.
func (w word) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: string(w)}, nil
}

// documents writes values as the documents of one YAML file.
func documents(w io.Writer, values ...any) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	for _, v := range values {
		if err := e.Encode(v); err != nil {
			return fmt.Errorf("write YAML: %w", err)
		}
	}
	return e.Close()
}
