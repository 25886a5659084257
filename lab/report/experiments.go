package report

import (
	"fmt"
	"slices"
	"strings"

	"echolab/lab/words"
)

// experimentsTable shows the experiments' rows.
func (t *table) experimentsTable() error {
	if len(t.experiments) == 0 {
		t.paragraph(t.o.Words.Say("Nothing was measured."), normal)
		return nil
	}
	g := t.listed()
	if s := t.stacked(); s.fits(t.o.Width) && s.height(t.o.Width) < g.height(t.o.Width) {
		g = s
	}
	heading := t.o.Words.Say("What was measured, and what theory expects (%s)", strings.Join(t.heads, " / "))
	return t.section(heading, g)
}

// stacked has the experiment and its network left of its rows.
func (t *table) stacked() grid {
	g := t.measurements(column{head: t.o.Words.Say("Experiment"), least: 15})
	for _, s := range t.experiments {
		title := cell{{text: s.title, style: bold}, {text: s.place(), style: dim}}
		g.blocks = append(g.blocks, block{lead: []cell{title}, rows: t.rows(s, ""), foot: why(s)})
	}
	return g
}

// listed has the experiment and its network above its rows, for narrow
// terminals and many transports.
func (t *table) listed() grid {
	g := t.measurements()
	for _, s := range t.experiments {
		title := cell{{text: s.title, style: bold}}
		if place := s.place(); place != "" {
			title = cell{{text: s.title + ":", style: bold}, {text: place, style: dim}}
		}
		g.blocks = append(g.blocks, block{title: title, rows: t.rows(s, "· "), foot: why(s)})
	}
	return g
}

// place is where the experiment ran.
func (s section) place() string {
	parts := make([]string, 0, 1+len(s.conditions))
	for _, part := range append([]string{s.network}, s.conditions...) {
		if part != "" {
			parts = append(parts, words.Together(part))
		}
	}
	return strings.Join(parts, ", ")
}

// measurements is a grid with the columns of measurements behind others.
func (t *table) measurements(before ...column) grid {
	g := grid{columns: before, boxed: t.roomy(), ruled: t.o.Details, color: t.o.Color, width: t.o.Width}
	g.columns = append(g.columns, column{head: t.o.Words.Say("Measurement"), least: 16})
	for _, h := range t.heads {
		g.columns = append(g.columns, column{head: h, right: true, least: 4, whole: 16, firm: true})
	}
	g.columns = append(g.columns, column{head: t.o.Words.Say("Expected"), least: 9, whole: 24}, column{whole: 6, firm: true})
	if t.compared != nil {
		g.columns = append(g.columns, column{head: t.o.Words.Say("Baseline"), whole: 16})
	}
	return g
}

// rows are the cells of an experiment's measurements.
func (t *table) rows(s section, bullet string) [][]cell {
	var rows [][]cell
	for _, r := range s.rows {
		label := cell{{text: bullet + r.name()}}
		if t.o.Details && r.basis != "" {
			label = append(label, span{text: r.basis, style: dim})
		}
		row := []cell{label}
		for i := range t.heads {
			row = append(row, cell{r.figure(i), t.cutOff(r, i), {text: r.spread[i], style: dim}})
		}
		row = append(row, t.expected(r), verdictOf(r))
		if t.compared != nil {
			row = append(row, cell{{text: joined(r.changes), style: changeStyle(r)}})
		}
		rows = append(rows, row)
	}
	if s.failed != "" {
		rows = append(rows, t.failure())
	}
	return rows
}

// why is the reason for having no figures, which stands below the experiment.
func why(s section) cell { return cell{{text: s.failed, style: red}} }

// failure says in place of the figures that there are none.
func (t *table) failure() []cell {
	row := make([]cell, len(t.measurements().columns))
	row[0] = cell{{text: t.o.Words.Say("did not run"), style: red}}
	row[len(t.heads)+2] = cell{{text: "✗", style: red}}
	return row
}

// name is the label with its unit, if that is not part of it ("Packets sent
// again" counts packets) and says more than that something is counted.
func (r row) name() string {
	counted := len(r.unit) >= len("bytes") && strings.Contains(strings.ToLower(r.label), r.unit)
	if r.unit == "" || r.unit == "count" || counted {
		return r.label
	}
	return r.label + " (" + r.unit + ")"
}

// figure is what was measured for one transport.
func (r row) figure(i int) span {
	if r.outside[i] {
		return span{text: r.values[i], style: red}
	}
	return span{text: r.values[i]}
}

// cutOff stands below a figure that is not the answer.
func (t *table) cutOff(r row, i int) span {
	if !r.cut[i] {
		return span{}
	}
	return span{text: t.o.Words.Say("cut off"), style: yellow}
}

// expected is what theory expects of the transports, with the range that it
// allows where there is room, or where the figure alone would puzzle.
func (t *table) expected(r row) cell {
	list := slices.Clone(r.expected)
	for i := range list {
		if t.roomy() || t.o.Details || r.far[i] {
			list[i] = r.ranges[i]
		}
	}
	return cell{{text: joined(list), style: dim}}
}

// joined tells what is expected: once if it is the same of all transports, else
// in their order.
func joined(list []string) string {
	same, some := true, false
	for _, s := range list {
		same = same && s == list[0]
		some = some || s != ""
	}
	if !some {
		return ""
	}
	if same {
		return list[0]
	}
	parts := make([]string, len(list))
	for i, s := range list {
		if s == "" {
			s = unknown
		}
		if i < len(list)-1 {
			s += words.Together(" /")
		}
		parts[i] = s
	}
	return strings.Join(parts, " ")
}

// changeStyle makes those changes stand out that are more than noise.
func changeStyle(r row) style {
	for _, c := range r.changes {
		if c != "" && c != "=" && c != "~" {
			return yellow
		}
	}
	return dim
}

// verdictOf is the mark of a row and the number of its note.
func verdictOf(r row) cell {
	s := span{text: r.mark.String(), style: green}
	if r.mark == outside {
		s.text, s.style = fmt.Sprintf("%s[%d]", r.mark, r.note), red
	}
	return cell{s}
}
