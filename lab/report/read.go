package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"echolab/lab/result"
)

// largestReport bounds what Read takes, in bytes. A report of everything with
// all its texts has about a hundred thousand.
const largestReport = 16 << 20

// Read reads a report that was printed as json. Texts come back as the English
// sentences that they were. What a later version of the schema adds is passed
// over. It is an error if r holds anything but one report of this schema, or
// more than 16 MiB.
func Read(r io.Reader) (*result.Report, error) {
	content, err := io.ReadAll(io.LimitReader(r, largestReport+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read report: %w", err)
	case len(content) > largestReport:
		return nil, fmt.Errorf("read report: more than %d MiB", largestReport>>20)
	case len(bytes.TrimSpace(content)) == 0:
		return nil, errors.New("read report: it is empty")
	}
	var kind struct{ Schema string }
	if err := json.Unmarshal(content, &kind); err != nil {
		return nil, fmt.Errorf("read report: not a report in json: %w", err)
	}
	if kind.Schema != result.SchemaName {
		return nil, fmt.Errorf("read report: its schema is %q, not %q", kind.Schema, result.SchemaName)
	}
	var found result.Report
	if err := json.Unmarshal(content, &found); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	if err := sound(&found, content); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	return &found, nil
}

// sound refuses what no report holds and a printer would stumble over.
func sound(r *result.Report, content []byte) error {
	if slices.Contains(r.Experiments, nil) {
		return errors.New("an experiment is null")
	}
	judged := make([]result.Verdict, 0, len(r.Claims)+len(r.Documents))
	for _, c := range r.Claims {
		judged = append(judged, c.Verdict)
	}
	for _, d := range r.Documents {
		judged = append(judged, d.Verdict)
	}
	for _, v := range judged {
		if !slices.Contains([]result.Verdict{result.Holds, result.Refuted, result.Depends, result.Untested}, v) {
			return fmt.Errorf("unknown verdict %q", v)
		}
	}
	return printable(content)
}

// printable refuses texts that could steer a terminal.
func printable(content []byte) error {
	for d := json.NewDecoder(bytes.NewReader(content)); ; {
		token, err := d.Token()
		if err != nil {
			return nil // the end: all of it was read before
		}
		content, _ := token.(string)
		if strings.ContainsFunc(content, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			return fmt.Errorf("%q holds a control character", content)
		}
	}
}
