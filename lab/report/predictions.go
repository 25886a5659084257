package report

import (
	"encoding/json"
	"fmt"
	"io"
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
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		if err := out.Encode(s); err != nil {
			return fmt.Errorf("print predictions as json: %w", err)
		}
		return nil
	}
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	p := predictions{table: &table{o: o}, Printer: o.Words, titles: titles}
	if err := p.questions(s); err != nil {
		return fmt.Errorf("print predictions: %w", err)
	}
	p.remarks(s)
	_, err := w.Write(p.out.Bytes())
	return err
}

// predictions lays guesses out for a terminal.
type predictions struct {
	*table
	text.Printer
	titles map[string]text.Message
}

// questions is the table of guesses, with the name of each experiment above its
// own.
func (p predictions) questions(s quiz.Sheet) error {
	p.heading(p.Say("What you guessed, and what was measured"))
	figures := p.o.Width * 3 / 16
	g := &grid{columns: []column{
		{most: 1}, // indents
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
	if err := g.draw(&p.out, p.o.Color, g.heads(), g.rules()); err != nil {
		return err
	}
	for i, m := range s.Marks {
		if i == 0 || m.Experiment != s.Marks[i-1].Experiment {
			p.paragraph("", p.name(m), text.Bold)
		}
		if err := g.draw(&p.out, p.o.Color, g.rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// name is that of the experiment that a question asks about.
func (p predictions) name(m quiz.Mark) string {
	return title(p.Printer, m.Experiment, p.titles[m.Experiment])
}

// row shows one guess.
func (p predictions) row(m quiz.Mark) []cell {
	guess := unknown
	if m.Guess != nil {
		guess = amount(p.Printer, *m.Guess, m.Unit)
	}
	style := map[quiz.Result]text.Style{
		quiz.Right: text.Green, quiz.Half: text.Yellow, quiz.Wrong: text.Red,
	}[m.Result]
	points := number(m.Points, "")
	if m.Result == quiz.Unmeasured {
		points = unknown
	}
	return []cell{
		nil,
		{{text: p.Text(m.Prompt)}},
		{{text.Together(guess), style}},
		p.measured(m),
		{{p.expected(m), text.Dim}},
		{{points, style}},
	}
}

// measured shows the figures and, where they are not the answer themselves,
// the choice that they fall into.
func (p predictions) measured(m quiz.Mark) cell {
	figures := p.figures(m, m.Measured, func(t string) string {
		v := m.Measured[t]
		figure := amount(p.Printer, v, m.Unit)
		if m.Answer != "" && v.Word == "" && figure == number(v.Number, m.Unit) && m.Unit != "count" {
			figure += " " + unit(p.Printer, m.Unit) // the question, which has choices, does not name it
		}
		return strings.TrimSpace(figure)
	})
	if answer := p.Say(m.Answer); m.Answer != "" && answer != figures {
		return cell{{text: answer}, {figures, text.Dim}}
	}
	return cell{{text: figures}}
}

// amount writes a measured or expected value, rounded, with its unit unless
// that is only what is counted.
func amount(p text.Printer, v result.Value, unit text.Phrase) string {
	switch {
	case v.Word != "":
		return p.Say(v.Word)
	case unit == "%" || unit == "RTT" || strings.HasSuffix(string(unit), "s") && len(unit) <= len("µs"):
		return number(v.Number, unit) + " " + string(unit)
	}
	return number(v.Number, unit)
}

// expected is what theory expects, with the range that it allows.
func (p predictions) expected(m quiz.Mark) string {
	row := result.Measurement{Unit: m.Unit, Expected: m.Expected, Low: m.Low, High: m.High}
	return p.figures(m, m.Expected, func(t string) string {
		expected, _ := expectation(p.Printer, row, t)
		return expected
	})
}

// figures writes one figure, or those of all transports behind their names.
func (p predictions) figures(m quiz.Mark, values map[string]result.Value, figure func(transport string) string) string {
	if len(m.Measured) == 1 {
		for t := range values {
			return figure(t)
		}
		return ""
	}
	var parts []string
	for _, t := range []string{"tcp", "udp"} {
		if _, ok := values[t]; ok {
			parts = append(parts, text.Together(head(t)+" "+figure(t)))
		}
	}
	return strings.Join(parts, ", ")
}

// remarks are the score, and below it why the missed ones were missed.
func (p predictions) remarks(s quiz.Sheet) {
	fmt.Fprintln(&p.out)
	p.paragraph("", p.Sayf("%s of %s points", number(s.Points, ""), number(s.Of, "")), text.Bold)
	var explained []string
	for _, m := range s.Marks {
		if m.Why.IsZero() || slices.Contains(explained, m.Experiment) {
			continue
		}
		if len(explained) == 0 {
			fmt.Fprintln(&p.out)
			p.paragraph("", p.Say("Why the others were missed"), text.Bold)
		}
		explained = append(explained, m.Experiment)
		p.paragraph("· ", p.name(m)+": "+p.reason(s, m), text.Plain)
	}
	for _, warning := range s.Warnings {
		p.paragraph("! ", p.Text(warning), text.Yellow)
	}
	if !p.o.Quiet && len(s.Marks) > 0 {
		next := s.Marks[0].Experiment
		if len(explained) > 0 {
			next = explained[0]
		}
		fmt.Fprintln(&p.out)
		p.paragraph("", p.Sayf("Next: %s", "lab explain "+next), text.Bold)
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
