// Package reporttest holds reports, and the lines of events, against their schemas.
package reporttest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is where the schema of a kind of documents lies, in the sources that this
// test was built of.
func schema(kind string) string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "testdata", kind, "schema.json")
}

// CheckEvents tells what in a stream of events is not as the schema of its lines
// asks.
func CheckEvents(stream []byte) error {
	schema, err := jsonschema.NewCompiler().Compile(schema("events"))
	if err != nil {
		return fmt.Errorf("compile schema: %w", err)
	}
	for line := range bytes.Lines(stream) {
		content, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err == nil {
			err = schema.Validate(content)
		}
		if err != nil {
			return fmt.Errorf("%w in %.200s", err, line)
		}
	}
	return nil
}

// ValidateJSON fails the test if the report is not what the schema asks for.
func ValidateJSON(t testing.TB, report []byte) {
	t.Helper()
	if err := Check(report); err != nil {
		t.Errorf("%v", err)
	}
}

// Check tells what in a report is not as the schema asks.
func Check(report []byte) error { return check("report", report) }

// CheckSweep tells what in the file of a sweep is not as its schema asks.
func CheckSweep(sweep []byte) error { return check("sweep", sweep) }

func check(kind string, document []byte) error {
	schema, err := jsonschema.NewCompiler().Compile(schema(kind))
	if err != nil {
		return fmt.Errorf("compile schema: %w", err)
	}
	content, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return fmt.Errorf("read %s: %w", kind, err)
	}
	return schema.Validate(content)
}
