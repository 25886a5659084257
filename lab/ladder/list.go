package ladder

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"echolab/lab/packet"
	"echolab/lab/text"
)

// List prints which conversations there are, and draws none of them.
func List(w io.Writer, traces []packet.Trace, format string, o Options) error {
	switch format {
	case "table":
		return listTable(w, traces, o)
	case "markdown":
		return listMarkdown(w, traces, o)
	case "json":
		return listJSON(w, traces)
	}
	return fmt.Errorf("list conversations as %q: only %s are known", format, strings.Join(Formats(), ", "))
}

// listed is a conversation in a list.
type listed struct {
	Conversation int            `json:"conversation"`
	Transport    string         `json:"transport"`
	Client       string         `json:"client"`
	Server       string         `json:"server"`
	Packets      int            `json:"packets"`
	Seen         []packet.Sight `json:"seen"` // what can be seen in it
}

func listedOf(t packet.Trace) listed {
	seen := append([]packet.Sight{}, t.Seen()...) // never null in JSON
	return listed{t.Conversation, t.Transport, t.Client.String(), t.Server.String(), len(t.Packets), seen}
}

// cells are the columns of the list.
func (l listed) cells(w text.Printer) []string {
	var seen []string
	for _, s := range l.Seen {
		seen = append(seen, w.Say(text.Phrase(s)))
	}
	return []string{
		strconv.Itoa(l.Conversation), l.Transport, l.Client, l.Server, strconv.Itoa(l.Packets), strings.Join(seen, "; "),
	}
}

// listHeads name the columns.
func listHeads(w text.Printer) []string {
	return []string{"N", w.Say("transport"), w.Say("client"), w.Say("server"), w.Say("packets"), w.Say("what can be seen")}
}

// listTable prints columns, the last of them as wide as is left; where that is
// too little, below the others.
func listTable(w io.Writer, traces []packet.Trace, o Options) error {
	rows := [][]string{listHeads(o.Words)}
	for _, t := range traces {
		rows = append(rows, listedOf(t).cells(o.Words))
	}
	widths := make([]int, len(rows[0])-1)
	used := 0
	for i := range widths {
		for _, r := range rows {
			widths[i] = max(widths[i], text.Width(r[i]))
		}
		used += widths[i] + gap
	}
	p := &page{Options: o}
	for _, r := range rows {
		p.listed(r, widths, used)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// leastSeen is how many columns the last column needs.
const leastSeen = 20

// listed prints one row of a list.
func (p *page) listed(cells []string, widths []int, used int) {
	line := ""
	for i, width := range widths {
		line += text.Pad(cells[i], width+gap)
	}
	seen := cells[len(widths)]
	if p.Width-used < leastSeen {
		p.line(line)
		if seen != "" {
			for _, part := range text.Wrap(seen, p.Width-2*gap) {
				p.line(strings.Repeat(" ", 2*gap) + part)
			}
		}
		return
	}
	for _, part := range text.Wrap(seen, p.Width-used) {
		p.line(line + part)
		line = strings.Repeat(" ", used)
	}
}

func listMarkdown(w io.Writer, traces []packet.Trace, o Options) error {
	var label strings.Builder
	fmt.Fprintf(&label, "| %s |\n|---:|---|---|---|---:|---|\n", strings.Join(listHeads(o.Words), " | "))
	for _, t := range traces {
		fmt.Fprintf(&label, "| %s |\n", strings.Join(listedOf(t).cells(o.Words), " | "))
	}
	_, err := io.WriteString(w, label.String())
	return err
}

func listJSON(w io.Writer, traces []packet.Trace) error {
	d := struct {
		Schema        string   `json:"schema"`
		Conversations []listed `json:"conversations"`
	}{SchemaName, []listed{}}
	for _, t := range traces {
		d.Conversations = append(d.Conversations, listedOf(t))
	}
	return encode(w, d)
}
