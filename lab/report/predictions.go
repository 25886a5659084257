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

// Conditions writes the conditions of a wire, as Options.Words of package wire
// tells them, in the printer's language; "" where there are none.
func Conditions(p text.Printer, all map[string]any) string {
	return strings.Join(conditions(p, all), ", ")
}

// amount writes a measured or expected value, rounded, with its unit unless
// that is only what is counted.
func (b *builder) amount(v result.Value, unit text.Phrase) string {
	switch {
	case v.Word != "":
		return b.Say(v.Word)
	case unit == "%" || unit == "RTT" || strings.HasSuffix(string(unit), "s") && len(unit) <= len("µs"):
		return number(v.Number, unit) + " " + string(unit)
	}
	return number(v.Number, unit)
}

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
	t := &table{o: o}
	p := predictions{table: t, b: &builder{Printer: o.Words, o: o}, titles: titles}
	if err := t.section(o.Words.Say("What you guessed, and what was measured"), p.grid(s)); err != nil {
		return fmt.Errorf("print predictions: %w", err)
	}
	p.remarks(s)
	_, err := w.Write(t.out.Bytes())
	return err
}

// predictions lays guesses out for a terminal.
type predictions struct {
	*table
	b      *builder
	titles map[string]text.Message
}

// grid has the title of each experiment above its questions.
func (p predictions) grid(s quiz.Sheet) grid {
	say := p.o.Words.Sayf
	g := grid{color: p.o.Color, width: p.o.Width, columns: []column{
		gutter,
		{head: say("Question"), least: 24},
		{head: say("Your guess"), least: 8, whole: 14},
		{head: say("Measured"), least: 8, whole: 18},
		{head: say("Expected"), least: 8, whole: 18},
		{head: say("Points"), right: true, least: 4, firm: true},
	}}
	last := ""
	for _, m := range s.Marks {
		if m.Experiment != last {
			last = m.Experiment
			g.items = append(g.items, item{line: []span{{p.o.Words.Text(p.titles[last]), bold}}})
		}
		g.items = append(g.items, item{row: p.row(m)})
	}
	return g
}

// row shows one guess.
func (p predictions) row(m quiz.Mark) []cell {
	guess := unknown
	if m.Guess != nil {
		guess = p.b.amount(*m.Guess, m.Unit)
	}
	looks := map[quiz.Result]style{quiz.Right: green, quiz.Half: yellow, quiz.Wrong: red}[m.Result]
	points := span{number(m.Points, ""), looks}
	if m.Result == quiz.Unmeasured {
		points.text = unknown
	}
	return []cell{
		nil,
		{{text: p.o.Words.Text(m.Prompt)}},
		{{text: text.Together(guess), style: looks}},
		p.measured(m),
		{{text: p.expected(m), style: dim}},
		{points},
	}
}

// measured shows the figures and, where they are not the answer themselves,
// the choice that they fall into.
func (p predictions) measured(m quiz.Mark) cell {
	figures := p.figures(m, m.Measured, func(t string) string {
		figure := p.b.amount(m.Measured[t], m.Unit)
		if v := m.Measured[t]; m.Answer != "" && v.Word == "" && figure == number(v.Number, m.Unit) && m.Unit != "count" {
			figure += " " + p.b.unit(m.Unit) // the question, which has choices, does not name it
		}
		return strings.TrimSpace(figure)
	})
	if answer := p.o.Words.Say(m.Answer); m.Answer != "" && answer != figures {
		return cell{{text: answer}, {text: figures, style: dim}}
	}
	return cell{{text: figures}}
}

// expected is what theory expects, with the range that it allows.
func (p predictions) expected(m quiz.Mark) string {
	row := result.Measurement{Unit: m.Unit, Expected: m.Expected, Low: m.Low, High: m.High}
	return p.figures(m, m.Expected, func(t string) string {
		expected, _ := p.b.expectation(row, t)
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
	say := p.o.Words.Sayf
	fmt.Fprintln(&p.out)
	p.paragraph(say("%s of %s points", number(s.Points, ""), number(s.Of, "")), bold)
	var explained []string
	for _, m := range s.Marks {
		if m.Why.IsZero() || slices.Contains(explained, m.Experiment) {
			continue
		}
		if len(explained) == 0 {
			fmt.Fprintln(&p.out)
			p.paragraph(say("Why the others were missed"), bold)
		}
		explained = append(explained, m.Experiment)
		p.hanging("· ", p.o.Words.Text(p.titles[m.Experiment])+": "+p.reason(s, m), normal)
	}
	for _, warning := range s.Warnings {
		p.hanging("! ", p.o.Words.Text(warning), yellow)
	}
	if !p.o.Quiet && len(s.Marks) > 0 {
		next := s.Marks[0].Experiment
		if len(explained) > 0 {
			next = explained[0]
		}
		fmt.Fprintln(&p.out)
		p.paragraph(say("Next: %s", "lab explain "+next), bold)
	}
}

// reason is an experiment's explanation, and what its missed rows are based on.
func (p predictions) reason(s quiz.Sheet, missed quiz.Mark) string {
	reason := p.o.Words.Text(missed.Why)
	var bases []string
	for _, m := range s.Marks {
		basis := p.o.Words.Text(m.Because)
		if m.Experiment == missed.Experiment && !m.Why.IsZero() && basis != "" && !slices.Contains(bases, basis) {
			bases = append(bases, basis)
		}
	}
	if len(bases) > 0 {
		reason += " (" + strings.Join(bases, "; ") + ")"
	}
	return reason
}
