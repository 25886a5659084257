// Package reporttest holds reports against their schema.
package reporttest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is where the schema lies: in the module that the tests run in, whose
// root is some folders up.
func schema() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the schema: %w", err)
	}
	for {
		path := filepath.Join(folder, "testdata", "report", "schema.json")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		up := filepath.Dir(folder)
		if up == folder {
			return "", errors.New("no folder above this one holds testdata/report/schema.json")
		}
		folder = up
	}
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
	path, err := schema()
	if err != nil {
		return err
	}
	schema, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		return fmt.Errorf("compile schema: %w", err)
	}
	content, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	return schema.Validate(content)
}
