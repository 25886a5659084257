package grade

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// ReadReceipts reads a table of who handed in when: a line for each student, with the name
// of the submission, the time as RFC 3339 has it, and where a student has another due time
// than the others, that. A first line of headings is passed over.
//
//	submission,submitted,due
//	kim,2026-12-10T22:03:00+09:00
//	lee,2026-12-12T09:00:00+09:00,2026-12-13T23:59:00+09:00
func ReadReceipts(r io.Reader) (map[string]Receipt, error) {
	table := csv.NewReader(r)
	table.FieldsPerRecord = -1
	table.TrimLeadingSpace = true
	receipts := map[string]Receipt{}
	for first := true; ; first = false {
		fields, err := table.Read()
		if errors.Is(err, io.EOF) {
			return receipts, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the times of handing in: %w", err)
		}
		line, _ := table.FieldPos(0)
		name := norm.NFC.String(strings.TrimPrefix(fields[0], "\ufeff")) // as submissions are named
		receipt, err := receiptOf(fields[1:])
		switch _, twice := receipts[name]; {
		case err != nil && first && !strings.ContainsAny(strings.Join(fields[1:], ""), "0123456789"):
			continue // headings
		case err != nil:
			return nil, fmt.Errorf("read the times of handing in: line %d: %w", line, err)
		case twice:
			return nil, fmt.Errorf("read the times of handing in: line %d: %s is there twice", line, name)
		}
		receipts[name] = receipt
	}
}

// receiptOf reads the times of a line.
func receiptOf(fields []string) (r Receipt, err error) {
	if len(fields) == 0 || len(fields) > 2 {
		return r, errors.New("want the submission's name, its time, and perhaps its own due time")
	}
	if r.Submitted, err = ParseTime(fields[0]); err != nil {
		return r, err
	}
	if len(fields) == 2 && fields[1] != "" {
		r.Due, err = ParseTime(fields[1])
	}
	return r, err
}

// ParseTime reads a time with its zone.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil {
		return t, fmt.Errorf("%q is not a time such as 2026-12-10T23:59:00+09:00", s)
	}
	return t, nil
}

// ReadMetadata reads Gradescope's submission_metadata.json: when the submission was made,
// and until when it was due. Of several students the one with the latest due time counts.
func ReadMetadata(r io.Reader) (Receipt, error) {
	type due struct {
		Due time.Time `json:"due_date"`
	}
	var m struct {
		Created    time.Time `json:"created_at"`
		Assignment due       `json:"assignment"`
		Users      []struct {
			Assignment due `json:"assignment"`
		} `json:"users"`
	}
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return Receipt{}, fmt.Errorf("read the submission's metadata: %w", err)
	}
	if m.Created.IsZero() {
		return Receipt{}, errors.New("read the submission's metadata: created_at is missing")
	}
	receipt := Receipt{Submitted: m.Created, Due: m.Assignment.Due}
	for _, u := range m.Users {
		if u.Assignment.Due.After(receipt.Due) {
			receipt.Due = u.Assignment.Due
		}
	}
	return receipt, nil
}
