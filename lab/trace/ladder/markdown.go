package ladder

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"echolab/lab/trace"
	"echolab/lab/wire"
)

// writeMarkdown prints one table a trace, with every packet.
func writeMarkdown(w io.Writer, traces []trace.Trace, o Options) error {
	var text strings.Builder
	if !o.Caption.IsZero() && len(traces) > 0 {
		text.WriteString(cell(o.Words.Text(o.Caption)) + "\n\n")
	}
	for i, t := range traces {
		if i > 0 {
			text.WriteString("\n")
		}
		markdown(&text, t, o)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func markdown(text *strings.Builder, t trace.Trace, o Options) {
	say := o.Words.Say
	fmt.Fprintf(text, "## %s\n\n%s %s, %s %s\n\n", strings.ToUpper(t.Transport), say("client"), t.Client, say("server"), t.Server)
	if t.Network != "" {
		fmt.Fprintf(text, "%s\n\n", cell(say("network %s, conditions: %s", t.Network, plainly(t.Conditions))))
	}
	heads := []string{"ms", say("from"), say("packet"), "seq", "ack", "win", "len", say("notes")}
	fmt.Fprintf(text, "| %s |\n|%s\n", strings.Join(heads, " | "), "---:|---|---|---:|---:|---:|---:|---|")
	notes := t.Notes()
	for i, p := range t.Packets {
		fmt.Fprintf(text, "| %s |\n", strings.Join(markdownCells(t, p, notes[i], o), " | "))
	}
	if t.Parting() {
		fmt.Fprintf(text, "\n%s\n", cell(o.Words.Say("the end of what was seen: the goodbye was not over")))
	}
	if !t.Outcome.IsZero() {
		fmt.Fprintf(text, "\n%s\n", cell(o.Words.Text(t.Outcome)))
	}
}

func markdownCells(t trace.Trace, p trace.Packet, notes []trace.Note, o Options) []string {
	side := o.Words.Say("client")
	if p.From == wire.Server {
		side = o.Words.Say("server")
	}
	seq, ack, window := "", "", ""
	if p.TCP != nil {
		seq, window = number(p.TCP.RelativeSeq), strconv.Itoa(p.TCP.ScaledWindow)
		if p.TCP.Flags.Has(trace.ACK) {
			ack = number(p.TCP.RelativeAck)
		}
	}
	var said []string
	for _, n := range notes {
		said = append(said, o.Words.Text(n.Text))
	}
	return []string{
		strconv.FormatFloat(milliseconds(p.Time-t.Packets[0].Time), 'f', 3, 64), side, name(o.Words, p),
		seq, ack, window, strconv.Itoa(p.Payload), cell(strings.Join(said, "; ")),
	}
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// cell makes a text that stays within its cell of a table, and is no markup.
func cell(text string) string {
	return strings.NewReplacer("\\", "\\\\", "|", "\\|", "\n", " ", "<", "&lt;", "`", "\\`", "*", "\\*").Replace(text)
}
