package ladder

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"echolab/lab/packet"
	"echolab/lab/text"
)

// writeMarkdown prints one table a trace, with every packet.
func writeMarkdown(w io.Writer, traces []packet.Trace, o Options) error {
	var label strings.Builder
	if !o.Caption.IsZero() && len(traces) > 0 {
		label.WriteString(text.Markdown(o.Words.Text(o.Caption)) + "\n\n")
	}
	for i, t := range traces {
		if i > 0 {
			label.WriteString("\n")
		}
		markdown(&label, t, o)
	}
	_, err := io.WriteString(w, label.String())
	return err
}

func markdown(label *strings.Builder, t packet.Trace, o Options) {
	say := o.Words.Sayf
	fmt.Fprintf(label, "## %s\n\n%s %s, %s %s\n\n",
		strings.ToUpper(t.Transport), say("client"), t.Client, say("server"), t.Server)
	if t.Network != "" {
		fmt.Fprintf(label, "%s\n\n", text.Markdown(say("network %s, conditions: %s", t.Network, plainly(t.Conditions))))
	}
	heads := []string{"ms", say("from"), say("packet"), "seq", "ack", "win", "len", say("notes")}
	fmt.Fprintf(label, "| %s |\n|%s\n", strings.Join(heads, " | "), "---:|---|---|---:|---:|---:|---:|---|")
	notes := t.Annotations()
	for i, p := range t.Packets {
		fmt.Fprintf(label, "| %s |\n", strings.Join(markdownCells(t, p, notes[i], o), " | "))
	}
	if t.Closing() {
		fmt.Fprintf(label, "\n%s\n", text.Markdown(say("the end of what was seen: the connection was not closed yet")))
	}
	if !t.Outcome.IsZero() {
		fmt.Fprintf(label, "\n%s\n", text.Markdown(o.Words.Text(t.Outcome)))
	}
}

func markdownCells(t packet.Trace, p packet.Packet, notes []packet.Annotation, o Options) []string {
	side := o.Words.Say(text.Phrase(p.From.String()))
	seq, ack, window := "", "", ""
	if p.TCP != nil {
		seq, window = fmt.Sprint(p.TCP.RelativeSeq), strconv.Itoa(p.TCP.ScaledWindow)
		if p.TCP.Flags.Has(packet.ACK) {
			ack = fmt.Sprint(p.TCP.RelativeAck)
		}
	}
	var said []string
	for _, n := range notes {
		said = append(said, o.Words.Text(n.Text))
	}
	return []string{
		strconv.FormatFloat(milliseconds(p.Time-t.Packets[0].Time), 'f', 3, 64), side, name(o.Words, p),
		seq, ack, window, strconv.Itoa(p.Payload), text.Markdown(strings.Join(said, "; ")),
	}
}
