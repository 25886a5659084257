package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"echolab/lab/report"
	"echolab/lab/result"
)

// MostBytes bounds a file that is read, in bytes.
const MostBytes = 512 << 20

// head is the beginning of the file: the plan, what is told of measurements, and how
// much is there.
type head struct {
	Plan
	Measurements []Row `json:"measurements"`
	Missing      int   `json:"missing,omitempty"` // runs that are not there
}

// filePoint is a point in the file: its runs, and for whoever wants no more, what they
// are together.
type filePoint struct {
	At           map[string]string         `json:"at"` // by axis
	Measurements []result.Measurement      `json:"measurements"`
	Outside      map[string]map[string]int `json:"outside,omitempty"` // by measurement and transport: runs
	Runs         []Run                     `json:"runs"`
}

// Missing is how many runs are not there.
func (s *Sweep) Missing() int { return s.Plan.Points()*s.Seeds - len(s.Runs) }

// WriteJSON writes the file: the head, then a point a line. The same runs give the same
// bytes, in whatever order they were made.
func (s *Sweep) WriteJSON(w io.Writer) error {
	s.sortRows()
	first, err := json.MarshalIndent(head{s.Plan, s.Rows, s.Missing()}, "", "  ")
	if err != nil {
		return fmt.Errorf("write sweep: %w", err)
	}
	var b bytes.Buffer
	b.Write(bytes.TrimSuffix(first, []byte("\n}")))
	b.WriteString(",\n  \"points\": [")
	for i, p := range s.Points() {
		line, err := report.JSON(s.filed(p))
		if err != nil {
			return fmt.Errorf("write point %d of sweep: %w", i, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(line)
	}
	b.WriteString("\n  ]\n}\n")
	_, err = w.Write(b.Bytes())
	return err
}

func (s *Sweep) filed(p Point) filePoint {
	f := filePoint{At: map[string]string{}, Measurements: p.Measurements, Outside: p.Outside, Runs: p.Runs}
	for i, a := range s.Axes {
		f.At[a.Name] = p.At[i].Text
	}
	return f
}

// Read reads a file that WriteJSON has written, whole or in part.
func Read(r io.Reader) (*Sweep, error) {
	content, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(content) > MostBytes {
		return nil, fmt.Errorf("it has more than %d bytes", MostBytes)
	}
	var file struct {
		head
		Points []struct {
			Runs []Run `json:"runs"`
		} `json:"points"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("it is no sweep: %w", err)
	}
	s := &Sweep{Plan: file.Plan, Rows: file.Measurements}
	for _, p := range file.Points {
		s.Runs = append(s.Runs, p.Runs...)
	}
	return s, s.check()
}

// errNotOurs is what is wrong with a file whose runs do not follow from its plan.
var errNotOurs = errors.New("its runs are not those of its plan: the file was changed")

// check makes sure that what was read is a sweep, and that its runs are its own.
func (s *Sweep) check() error {
	switch {
	case s.Schema != SchemaName:
		return fmt.Errorf("it is no sweep: its schema is %q, not %q", s.Schema, SchemaName)
	case len(s.Axes) == 0 || slices.ContainsFunc(s.Axes, Axis.broken) || s.Seeds < 1 || s.jobCount() > MostJobs:
		return errNotOurs
	}
	for i, run := range s.Runs {
		if run.Point < 0 || run.Point >= s.Plan.Points() || run.Repetition < 0 || run.Repetition >= s.Seeds ||
			run.Seed != s.job(run.Point, run.Repetition).Seed || i > 0 && byPoint(s.Runs[i-1], run) >= 0 {
			return errNotOurs
		}
	}
	return nil
}
