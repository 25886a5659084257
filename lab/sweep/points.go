package sweep

import (
	"math"

	"echolab/lab/result"
	"echolab/lab/text"
)

// Point is what all repetitions of a point found together.
type Point struct {
	Number int // from 0
	At     []Value
	Runs   []Run // those that are there
	// Judged are the runs that found something, as the experiment gave their figures,
	// each held against what theory allows.
	Judged []Judged
	// Measurements are the medians of the runs, with the least and the greatest of
	// them, held against the medians of what theory allows.
	Measurements []result.Measurement
	// Outside counts, by measurement and transport, the runs that alone are not as
	// theory allows.
	Outside map[string]map[string]int
	Errors  []string // of the runs that found nothing
}

// Judged is a run and its measurements.
type Judged struct {
	Run
	Measurements []result.Measurement
}

// Points are all points, each with the runs that are there.
func (s *Sweep) Points() []Point {
	points := make([]Point, s.Plan.Points())
	for i := range points {
		from, _ := s.place(i, 0)
		to, _ := s.place(i+1, 0)
		points[i] = s.point(i, s.Runs[from:to])
	}
	return points
}

func (s *Sweep) point(number int, runs []Run) Point {
	p := Point{Number: number, At: s.At(number), Runs: runs, Outside: map[string]map[string]int{}}
	var found [][]result.Measurement
	for _, run := range runs {
		if run.Error != "" {
			p.Errors = append(p.Errors, run.Error)
			continue
		}
		rows := s.measurements(run)
		result.JudgeAll(rows)
		p.count(rows)
		found = append(found, rows)
		p.Judged = append(p.Judged, Judged{run, rows})
	}
	if len(found) > 0 {
		p.Measurements = result.Medians(found)
		result.JudgeAll(p.Measurements)
	}
	return p
}

// count counts the figures of one run that are not as theory allows.
func (p *Point) count(rows []result.Measurement) {
	for _, m := range rows {
		for t, within := range m.Within {
			if within {
				continue
			}
			if p.Outside[m.ID] == nil {
				p.Outside[m.ID] = map[string]int{}
			}
			p.Outside[m.ID][t]++
		}
	}
}

// Find is the measurement of that id; nil if there is none.
func (p *Point) Find(id string) *result.Measurement {
	return (&result.Result{Measurements: p.Measurements}).Find(id)
}

// measurements are the figures of a run as the experiment gave them.
func (s *Sweep) measurements(run Run) []result.Measurement {
	rows := make([]result.Measurement, len(run.Figures))
	for i, f := range run.Figures {
		rows[i] = f.measurement(s.row(f.ID))
	}
	return rows
}

func (s *Sweep) row(id string) Row {
	for _, r := range s.Rows {
		if r.ID == id {
			return r
		}
	}
	return Row{ID: id, Label: text.Quote(id)}
}

// figureOf is one measurement as it is kept.
func figureOf(m result.Measurement) Figure {
	f := Figure{ID: m.ID, Cells: map[string]Cell{}}
	for t, v := range m.Values {
		f.put(t, func(c *Cell) { c.Value = kept(v) })
	}
	for t, v := range m.Expected {
		f.put(t, func(c *Cell) { c.Expected, c.Basis = kept(v), text.Kept(m.Basis) })
	}
	for t := range m.Low {
		f.put(t, func(c *Cell) { c.Low, c.High = bound(m.Low[t]), bound(m.High[t]) })
	}
	for t, why := range m.CutOff {
		f.put(t, func(c *Cell) { c.CutOff = text.Kept(why) })
	}
	return f
}

func (f *Figure) put(transport string, set func(*Cell)) {
	c := f.Cells[transport]
	set(&c)
	f.Cells[transport] = c
}

// kept is a value that JSON can write, which knows no infinities.
func kept(v result.Value) *result.Value {
	if v.Word == "" && bound(v.Number) == nil {
		v = result.Word("not a number")
	}
	return &v
}

// bound is an end of a range; nil where that is open.
func bound(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// measurement is a figure as an experiment gave it.
func (f Figure) measurement(r Row) result.Measurement {
	m := *result.Row(f.ID, "", r.Unit)
	m.Label, m.Headline = r.Label, r.Headline
	for t, c := range f.Cells {
		if c.Value != nil {
			m.Values[t] = *c.Value
		}
		if c.Expected != nil {
			m.Expected[t], m.Basis = *c.Expected, text.Message(c.Basis)
		}
		if c.Expected != nil && c.Expected.Word == "" {
			m.Low[t], m.High[t] = or(c.Low, math.Inf(-1)), or(c.High, math.Inf(1))
		}
		if !c.CutOff.IsZero() {
			m.CutShort(t, text.Message(c.CutOff))
		}
	}
	return m
}

func or(v *float64, otherwise float64) float64 {
	if v == nil {
		return otherwise
	}
	return *v
}
