package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"echolab/lab/quiz"
	"echolab/lab/result"
	"echolab/lab/text"
)

// WritePredictions prints guesses beside what was measured, and why the missed
// ones were. titles are the experiments' by id. Of the options, Format (table
// or json), Width, Color, Quiet and Words count.
func WritePredictions(w io.Writer, s quiz.Sheet, titles map[string]text.Message, o Options) error {
	if o.Format == "json" {
		if err := encode(w, s); err != nil {
			return fmt.Errorf("print predictions as json: %w", err)
		}
		return nil
	}
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	p := predictions{terminal: &terminal{o: o, out: &bytes.Buffer{}}, Printer: o.Words, titles: titles}
	if err := p.questions(s); err != nil {
		return fmt.Errorf("print predictions: %w", err)
	}
	p.remarks(s)
	_, err := p.out.WriteTo(w)
	return err
}

// predictions lays guesses out for a terminal.
type predictions struct {
	*terminal
	text.Printer
	titles map[string]text.Message
}

// questions is the table of guesses, with the name of each experiment above its
// own.
func (p predictions) questions(s quiz.Sheet) error {
	p.heading(p.Say("What you guessed, and what was measured"))
	figures := p.o.Width * 3 / 16
	g := &grid{indent: indent, columns: []column{
		{head: titled(p.Say("Question"))},
		{head: titled(p.Say("Your guess")), most: p.o.Width / 6},
		{head: titled(p.Say("Measured")), most: figures},
		{head: titled(p.Say("Expected")), most: figures},
		{head: titled(p.Say("Points")), most: 8, right: true},
	}}
	for _, m := range s.Marks {
		g.rows = append(g.rows, p.row(m))
	}
	g.fit(p.o.Width)
	if err := p.table(g, nil); err != nil {
		return err
	}
	for i, m := range s.Marks {
		if i == 0 || m.Experiment != s.Marks[i-1].Experiment {
			p.line(line{text: p.name(m), style: text.Bold})
		}
		if err := p.table(g, g.rows[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// name is that of the experiment that a question asks about.
func (p predictions) name(m quiz.Mark) string {
	return named(p.Printer, m.Experiment, p.titles[m.Experiment])
}

// row shows one guess beside what was measured and what theory expects. A figure
// that is not the answer itself stands below the choice that it falls into.
func (p predictions) row(m quiz.Mark) []cell {
	style := map[quiz.Result]text.Style{
		quiz.Right: text.Green, quiz.Half: text.Yellow, quiz.Wrong: text.Red,
	}[m.Result]
	guess, points := unknown, Number(m.Points, "")
	if m.Guess != nil {
		guess = p.amount(*m.Guess, m.Unit)
	}
	if m.Result == quiz.Unmeasured {
		points = unknown
	}
	figures := p.figures(m, m.Measured, p.measured)
	measured := cell{{text: figures}}
	if answer := p.Say(m.Answer); m.Answer != "" && answer != figures {
		measured = cell{{text: answer}, {figures, text.Dim}}
	}
	expected := p.figures(m, m.Expected, func(m quiz.Mark, transport string) string {
		row := result.Measurement{Unit: m.Unit, Expected: m.Expected, Low: m.Low, High: m.High}
		expected, _ := expectation(p.Printer, row, transport)
		return expected
	})
	return []cell{
		{{text: p.Text(m.Prompt)}}, {{text.Together(guess), style}}, measured, {{expected, text.Dim}}, {{points, style}},
	}
}

// measured is a transport's figure, with its unit where the question has choices
// and so does not name it.
func (p predictions) measured(m quiz.Mark, transport string) string {
	v := m.Measured[transport]
	figure := p.amount(v, m.Unit)
	if m.Answer != "" && v.Word == "" && figure == Number(v.Number, m.Unit) && m.Unit != "count" {
		figure += " " + unit(p.Printer, m.Unit)
	}
	return strings.TrimSpace(figure)
}

// amount writes a measured or expected value, rounded, with its unit unless
// that is only what is counted.
func (p predictions) amount(v result.Value, unit text.Phrase) string {
	switch {
	case v.Word != "":
		return p.Say(v.Word)
	case unit == "%" || unit == "RTT" || strings.HasSuffix(string(unit), "s") && len(unit) <= len("µs"):
		return Number(v.Number, unit) + " " + string(unit)
	}
	return Number(v.Number, unit)
}

// figures writes one figure, or those of all transports behind their names.
func (p predictions) figures(
	m quiz.Mark, values map[string]result.Value, figure func(quiz.Mark, string) string,
) string {
	var parts []string
	for _, t := range slices.Sorted(maps.Keys(values)) {
		if len(m.Measured) == 1 {
			return figure(m, t)
		}
		parts = append(parts, text.Together(head(t)+" "+figure(m, t)))
	}
	return strings.Join(parts, ", ")
}

// remarks are the score, and below it why the missed ones were missed.
func (p predictions) remarks(s quiz.Sheet) {
	fmt.Fprintln(p.out)
	p.line(line{text: p.Sayf("%s of %s points", Number(s.Points, ""), Number(s.Of, "")), style: text.Bold})
	var explained []string
	for _, m := range s.Marks {
		if m.Why.IsZero() || slices.Contains(explained, m.Experiment) {
			continue
		}
		if len(explained) == 0 {
			fmt.Fprintln(p.out)
			p.line(line{text: p.Say("Why the others were missed"), style: text.Bold})
		}
		explained = append(explained, m.Experiment)
		p.line(line{mark: "· ", text: p.name(m) + ": " + p.reason(s, m)})
	}
	for _, warning := range s.Warnings {
		p.line(line{mark: "! ", text: p.Text(warning), style: text.Yellow})
	}
	if !p.o.Quiet && len(s.Marks) > 0 {
		next := s.Marks[0].Experiment
		if len(explained) > 0 {
			next = explained[0]
		}
		fmt.Fprintln(p.out)
		p.line(line{text: p.Sayf("Next: %s", "lab explain "+next), style: text.Bold})
	}
}

// reason is an experiment's explanation, and what its missed rows are based on.
func (p predictions) reason(s quiz.Sheet, missed quiz.Mark) string {
	reason := p.Text(missed.Why)
	var bases []string
	for _, m := range s.Marks {
		basis := p.Text(m.Because)
		if m.Experiment == missed.Experiment && !m.Why.IsZero() && basis != "" && !slices.Contains(bases, basis) {
			bases = append(bases, basis)
		}
	}
	if len(bases) > 0 {
		reason += " (" + strings.Join(bases, "; ") + ")"
	}
	return reason
}
