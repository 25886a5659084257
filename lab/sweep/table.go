package sweep

import (
	"fmt"
	"io"
	"strings"

	"echolab/lab/chart"
	"echolab/lab/experiments"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/text"
)

// Print says how a sweep is printed.
type Print struct {
	Width int // columns of the terminal; 0 is 80
	Color bool
	Quiet bool // charts and tables without heading and last lines
	Words text.Printer
}

// WriteTable writes charts in letters and the figures below them, for people.
func (s *Sweep) WriteTable(w io.Writer, about experiments.Prose, o Print) error {
	s.sortRows()
	var out strings.Builder
	points := s.Points()
	if !o.Quiet {
		heading(&out, s, about, o)
	}
	for _, r := range s.Shown() {
		if err := s.section(&out, points, r, o); err != nil {
			return err
		}
	}
	if !o.Quiet {
		s.conclude(&out, points, o)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// section is one measurement: its chart and its figures.
func (s *Sweep) section(out *strings.Builder, points []Point, r Row, o Print) error {
	c, ok := s.Chart(points, r, o.Words)
	if ok {
		c.Title, c.Y.Label = c.Y.Label, "" // which a terminal has no room for beside the axis
		if err := chart.Terminal(out, c, chart.TerminalOptions{Width: o.Width, Color: o.Color}); err != nil {
			return fmt.Errorf("draw %s: %w", r.ID, err)
		}
	} else {
		out.WriteString(text.Bold.Paint(o.Words.Text(r.Label), o.Color) + "\n")
	}
	out.WriteByte('\n')
	for _, b := range s.blocks(points, r, o.Words) {
		b.print(out, o)
	}
	return nil
}

// heading tells what was measured, and how.
func heading(out *strings.Builder, s *Sweep, about experiments.Prose, o Print) {
	p := o.Words
	out.WriteString(text.Bold.Paint(s.title(about, p), o.Color) + "\n")
	for _, line := range s.facts(p) {
		paragraph(out, line, o)
	}
	out.WriteByte('\n')
}

// facts are where, how often and under what a sweep was measured.
func (s *Sweep) facts(p text.Printer) []string {
	often := p.Sayf("each point measured %d times, seed %d", s.Seeds, s.Options.Seed)
	if s.Seeds == 1 {
		often = p.Sayf("each point measured once, seed %d", s.Options.Seed)
	}
	facts := []string{often}
	if conditions := report.Conditions(p, s.Conditions); conditions != "" {
		facts = append(facts, p.Sayf("everywhere: %s", conditions))
	}
	return facts
}

// conclude tells how the figures stand to theory, and what else there is to know.
func (s *Sweep) conclude(out *strings.Builder, points []Point, o Print) {
	for _, basis := range s.bases(points) {
		paragraph(out, o.Words.Sayf("theory, %s", basis), o)
	}
	for _, r := range s.remarks(points, o.Words) {
		paragraph(out, r.mark+r.text, o)
		if r.command != "" {
			out.WriteString("    " + r.command + "\n")
		}
	}
	out.WriteString(o.Words.Say("the same again:") + "\n    " + s.Command + "\n")
}

// remark is a note as a sentence.
type remark struct {
	mark    string // stands before it on a terminal: "! ", "- " or nothing
	text    string
	command string // that shows what it is about; "" is none
}

// mostOthers is how many of the other notes are told.
const mostOthers = 20

// remarks are the notes as sentences.
func (s *Sweep) remarks(points []Point, p text.Printer) []remark {
	n := s.Notes(points)
	all := []remark{{text: p.Sayf("as theory allows: %d of %d medians, %d of %d runs",
		n.Judged-n.Outside, n.Judged, n.JudgedRuns-n.OutsideRuns, n.JudgedRuns)}}
	if n.Judged == 0 {
		all[0].text = p.Say("theory says nothing by number of these measurements here")
	}
	for _, m := range n.Medians {
		all = append(all, remark{mark: "! ", text: p.Text(m)})
	}
	if n.OutsideRuns > 0 {
		all = append(all, remark{text: p.Sayf("single runs outside, the first %d of %d:", len(n.Strays), n.OutsideRuns)})
	}
	for _, stray := range n.Strays {
		all = append(all, remark{"- ", p.Text(stray.What), stray.Again})
	}
	for i, m := range n.Others {
		if i == mostOthers {
			return append(all, remark{mark: "- ", text: p.Sayf("and %d more, which the file has", len(n.Others)-i)})
		}
		all = append(all, remark{mark: "- ", text: p.Text(m)})
	}
	return all
}

// bases are where the expectations come from, each kind once, with the figures of its
// first point.
func (s *Sweep) bases(points []Point) []text.Message {
	known := map[text.Phrase]bool{}
	var all []text.Message
	for _, r := range s.Shown() {
		for _, p := range points {
			if m := p.Find(r.ID); m != nil && len(m.Expected) > 0 && !m.Basis.IsZero() && !known[m.Basis.Phrase] {
				known[m.Basis.Phrase] = true
				all = append(all, text.Sayf("%s: %s", m.Label, m.Basis))
			}
		}
	}
	return all
}

// paragraph writes a line, wrapped where it is too long.
func paragraph(out *strings.Builder, line string, o Print) {
	width := o.Width
	if width == 0 {
		width = 80
	}
	for i, part := range text.Wrap(line, width-2) {
		if i > 0 {
			part = "  " + part
		}
		out.WriteString(part + "\n")
	}
}

// block is the table of one line of a chart.
type block struct {
	title string
	heads []string
	rows  [][]string
}

// blocks are the tables of a measurement.
func (s *Sweep) blocks(points []Point, r Row, p text.Printer) []block {
	var all []block
	for _, l := range s.Lines(points, r.ID) {
		b := block{title: l.Name(), heads: []string{
			s.Across().Name, p.Say("median"), p.Say("least–greatest"), p.Say("theory"), p.Say("allowed"), "",
		}}
		for _, point := range l.Points {
			b.rows = append(b.rows, s.blockRow(point, l.Transport, point.Find(r.ID), p))
		}
		all = append(all, b)
	}
	return all
}

func (s *Sweep) blockRow(point Point, transport string, m *result.Measurement, p text.Printer) []string {
	row := []string{point.At[s.across()].Text, "–", "", "", "", ""}
	if _, ok := m.Values[transport]; ok {
		row[1] = p.Text(shown(m, transport))
	}
	if spread, ok := m.Spread[transport]; ok {
		row[2] = report.Interval(spread.Min, spread.Max, m.Unit)
	}
	if v, ok := m.Expected[transport]; ok {
		row[3], row[4] = p.Say(v.Word), p.Text(allowed(m, transport))
		if v.Word == "" {
			row[3] = report.Number(v.Number, m.Unit)
		}
	}
	_, cut := m.CutOff[transport]
	switch within, judged := m.Within[transport]; {
	case cut:
		row[5] = p.Say("cut off")
	case judged && !within:
		row[5] = p.Say("outside")
	}
	return row
}

// print writes the table with every column as wide as it needs to be.
func (b block) print(out *strings.Builder, o Print) {
	out.WriteString("  " + text.Bold.Paint(b.title, o.Color) + "\n")
	widths := make([]int, len(b.heads))
	all := append([][]string{b.heads}, b.rows...)
	for _, row := range all {
		for i, c := range row {
			widths[i] = max(widths[i], text.Width(c))
		}
	}
	for i, row := range all {
		line := " "
		for j, c := range row {
			line += "  " + text.PadLeft(c, widths[j])
		}
		line = strings.TrimRight(line, " ")
		if i == 0 {
			line = text.Dim.Paint(line, o.Color)
		}
		out.WriteString(line + "\n")
	}
	out.WriteByte('\n')
}
