// Package reporttest holds reports against their schema.
package reporttest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is where the schema lies, in the sources that this test was built of.
func schema() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "testdata", "report", "schema.json")
}

// ValidateJSON fails the test if the report is not what the schema asks for.
func ValidateJSON(t testing.TB, report []byte) {
	t.Helper()
	if err := Check(report); err != nil {
		t.Errorf("%v", err)
	}
}

// Check tells what in a report is not as the schema asks.
func Check(report []byte) error {
	schema, err := jsonschema.NewCompiler().Compile(schema())
	if err != nil {
		return fmt.Errorf("compile schema: %w", err)
	}
	content, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	return schema.Validate(content)
}
