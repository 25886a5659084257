// Package onefile puts a run into one file that opens from disk in any browser, with
// the network off: what was measured, the packets to replay, the lessons, and where
// and how it was made. The packets are shown by the modules of the page, which stand
// in the file as one script; everything else needs no script.
package onefile

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"

	"echolab/lab/document"
	"echolab/lab/events"
	"echolab/lab/experiments"
	"echolab/lab/page"
	"echolab/lab/result"
	"echolab/lab/text"
)

// File is what stands in the file. Parts that are empty are left out.
type File struct {
	Words    text.Printer
	Title    text.Message
	Again    string                   // the command that makes the file once more
	Warnings []text.Message           // that are not in the tables
	Runs     []Run                    // that can be replayed
	Tables   string                   // HTML, as report.HTML makes it
	Lessons  []experiments.Experiment // that are explained
	Report   *result.Report           // whose environment and options are told; nil where nothing ran
}

// Run is packets to replay.
type Run struct {
	ID     string
	Title  text.Message
	Events []byte // a short stream of lab.events/1, gzipped
}

// Write writes the file.
func (f File) Write(w io.Writer) error {
	viewer, err := page.NewViewer()
	if err != nil {
		return err
	}
	b := &body{Printer: f.Words}
	b.printf("<h1>%s</h1>\n", b.say(f.Title))
	b.contents(f)
	b.again(f.Again)
	for _, w := range f.Warnings {
		b.printf("<p class=\"open\">! %s</p>\n", b.say(w))
	}
	b.viewer(f, viewer.HTML)
	b.tables(f.Tables)
	b.lessons(f.Lessons)
	if f.Report != nil {
		b.made(f.Report)
	}
	d := document.Document{
		Language: f.Words.Lang(), Title: f.Words.Text(f.Title), Style: viewer.Style, Body: b.out.String(),
		Scripts: f.scripts(viewer),
	}
	_, err = io.WriteString(w, d.String())
	return err
}

// scripts are the events of the runs, and what shows them.
func (f File) scripts(viewer page.Viewer) []document.Script {
	if len(f.Runs) == 0 {
		return nil
	}
	var all []document.Script
	for _, run := range f.Runs {
		content := base64.StdEncoding.EncodeToString(run.Events)
		all = append(all, document.Script{Type: "application/gzip", ID: elementOf(run), Source: content})
	}
	return append(all, document.Script{Source: viewer.Script})
}

// elementOf is the id of the element with the events of a run.
func elementOf(run Run) string { return "events-" + run.ID }

// body is HTML under way. What is not its own words is escaped.
type body struct {
	text.Printer
	out strings.Builder
}

func (b *body) printf(format string, args ...any) { fmt.Fprintf(&b.out, format, args...) }

// say is a sentence as HTML.
func (b *body) say(m text.Message) string { return html.EscapeString(b.Text(m)) }

// part begins a part of the file, which links lead to.
func (b *body) part(id string, title text.Phrase) {
	b.printf("<section id=%q>\n<h2>%s</h2>\n", id, b.say(text.Say(title)))
}

// The titles of the parts.
const (
	packetsTitle text.Phrase = "Packets over time"
	tablesTitle  text.Phrase = "Results"
	lessonsTitle text.Phrase = "What happens, and why"
	madeTitle    text.Phrase = "How it was made"
)

// contents are links to the parts.
func (b *body) contents(f File) {
	b.printf("<nav>\n")
	link := func(there bool, id string, title text.Phrase) {
		if there {
			b.printf("<a href=\"#%s\">%s</a>\n", id, b.say(text.Say(title)))
		}
	}
	link(len(f.Runs) > 0, "viewer", packetsTitle)
	link(f.Tables != "", "results", tablesTitle)
	link(len(f.Lessons) > 0, "lessons", lessonsTitle)
	link(f.Report != nil, "made", madeTitle)
	b.printf("</nav>\n")
}

// again is the command that makes the file.
func (b *body) again(command string) {
	if command != "" {
		b.printf("<p class=\"command\">%s <code>%s</code></p>\n",
			b.say(text.Say("The command that makes this file again:")), html.EscapeString(command))
	}
}

// viewer is where packets are replayed: hidden, unless a script shows it.
func (b *body) viewer(f File, content string) {
	if len(f.Runs) == 0 {
		return
	}
	b.printf("<div id=\"viewer\" hidden>\n<h2>%s</h2>\n", b.say(text.Say(packetsTitle)))
	b.choice(f.Runs)
	b.printf("<p id=\"status\" class=\"status bad\" role=\"status\" data-test=\"status\"></p>\n")
	b.out.WriteString(content)
	b.hint(text.Sayf("Of a long conversation at most the first %d packets are here, and what was delivered is drawn as "+
		"far as these; other charts have the least and the greatest value of each of %d spans of time.",
		events.MostPackets, events.MostSpans))
	if f.Tables != "" {
		b.hint(text.Say("Tables are of the whole run."))
	}
	b.printf("</div>\n")
}

func (b *body) hint(m text.Message) { b.printf("<p class=\"hint\">%s</p>\n", b.say(m)) }

// choice is where one of several runs is chosen.
func (b *body) choice(runs []Run) {
	hidden := ""
	if len(runs) == 1 {
		hidden = " hidden"
	}
	b.printf("<label class=\"inline choice\"%s>%s\n<select id=\"experiment\" data-test=\"experiment\">\n",
		hidden, b.say(text.Say("Experiment")))
	for _, run := range runs {
		b.printf("<option value=%q>%s</option>\n", html.EscapeString(elementOf(run)), b.say(run.Title))
	}
	b.printf("</select></label>\n")
}

func (b *body) tables(tables string) {
	if tables == "" {
		return
	}
	b.part("results", tablesTitle)
	b.out.WriteString(tables)
	b.printf("</section>\n")
}
