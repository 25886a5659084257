package quiz

import (
	"echolab/lab/result"
	"echolab/lab/text"
)

// SchemaName is the version of a sheet's JSON form.
const SchemaName = "lab.predict/1"

// Result is how good a guess was.
type Result string

// The results.
const (
	Right      Result = "right"
	Half       Result = "half-right"
	Wrong      Result = "wrong"
	Unanswered Result = "not answered"
	Unmeasured Result = "not measured" // does not count
)

// points are what results are worth; the others are worth nothing.
var points = map[Result]float64{Right: 1, Half: 0.5}

// How near to the measurement a number has to be, as a share of it, to be
// right, and by which factor it may be off to be half-right.
const (
	near      = 0.10
	halfRight = 2
)

// Sheet is what came of all guesses.
type Sheet struct {
	Schema      string             `json:"schema"`
	Environment result.Environment `json:"environment"`
	Options     result.Options     `json:"options"`
	Points      float64            `json:"points"`
	Of          float64            `json:"of"` // the most that could be had
	Marks       []Mark             `json:"questions"`
	Warnings    []text.Message     `json:"warnings"`
}

// Mark is what came of one guess.
type Mark struct {
	Key        string                  `json:"key"`
	Experiment string                  `json:"experiment"`
	Prompt     text.Message            `json:"prompt"`
	Unit       text.Phrase             `json:"unit,omitempty"`
	Choices    []text.Phrase           `json:"choices,omitempty"`
	Guess      *result.Value           `json:"guess,omitempty"`  // nil where nothing was guessed
	Answer     text.Phrase             `json:"answer,omitempty"` // the right choice
	Measured   map[string]result.Value `json:"measured,omitempty"`
	Expected   map[string]result.Value `json:"expected,omitempty"` // by theory
	Low        map[string]float64      `json:"low,omitempty"`
	High       map[string]float64      `json:"high,omitempty"`
	Result     Result                  `json:"result"`
	Points     float64                 `json:"points"`
	Because    text.Message            `json:"because,omitzero"` // where the expectation comes from
	Why        text.Message            `json:"why,omitzero"`     // the experiment's explanation, for a miss
}

// Score marks the answers by what a run measured.
func Score(questions []Question, answers Answers, found *result.Report) Sheet {
	results := result.Results{}
	s := Sheet{
		Schema: SchemaName, Environment: found.Environment, Options: found.Options,
		Marks: []Mark{}, Warnings: append([]text.Message{}, found.Warnings...),
	}
	for _, r := range found.Experiments {
		results[r.ID] = r
		s.Warnings = append(s.Warnings, r.Warnings...)
	}
	for _, q := range questions {
		g, guessed := answers[q.Key()]
		m := q.mark(g, guessed, results[q.Experiment])
		s.Marks = append(s.Marks, m)
		s.Points += m.Points
		if m.Result != Unmeasured {
			s.Of++
		}
	}
	return s
}

// mark marks one guess by the result of the experiment, which may be nil.
func (q Question) mark(g Guess, guessed bool, found *result.Result) Mark {
	m := Mark{Key: q.Key(), Experiment: q.Experiment, Prompt: q.Prompt, Unit: q.Unit, Result: Unmeasured}
	if guessed {
		m.Guess = g.value(q)
	}
	for _, c := range q.Choices {
		m.Choices = append(m.Choices, c.Word)
	}
	row := found.Find(q.Measurement)
	if !q.measured(row) {
		return m
	}
	m.Unit, m.Because = row.Unit, row.Basis
	m.Measured, m.Expected = only(row.Values, q.Transport), only(row.Expected, q.Transport)
	m.Low, m.High = only(row.Low, q.Transport), only(row.High, q.Transport)
	if right := q.answer(row); right >= 0 {
		m.Answer = q.Choices[right].Word
	}
	m.Result = Unanswered
	if guessed {
		m.Result = q.judge(g, row)
	}
	m.Points = points[m.Result]
	if m.Result != Right {
		m.Why = found.Why
	}
	return m
}

// only is the part of a row that a question is about.
func only[V any](all map[string]V, transport string) map[string]V {
	if transport == "" {
		return all
	}
	part := map[string]V{}
	if v, ok := all[transport]; ok {
		part[transport] = v
	}
	return part
}

// judge applies the rules of the package comment.
func (q Question) judge(g Guess, row *result.Measurement) Result {
	if q.Choices != nil {
		right := q.answer(row)
		switch off := g.Choice - right; {
		case off == 0:
			return Right
		case q.Scale && right >= 0 && (off == 1 || off == -1):
			return Half
		}
		return Wrong
	}
	v := row.Values[q.Transport]
	if v.Word != "" {
		return Wrong // there is no number
	}
	low, allowed := row.Low[q.Transport]
	switch {
	case allowed && low <= g.number && g.number <= row.High[q.Transport],
		v.Number*(1-near) <= g.number && g.number <= v.Number*(1+near):
		return Right
	case v.Number/halfRight <= g.number && g.number <= v.Number*halfRight:
		return Half
	}
	return Wrong
}
