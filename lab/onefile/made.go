package onefile

import (
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// made tells on what machine and with which options a run was made.
func (b *body) made(r *result.Report) {
	b.part("made", madeTitle)
	b.printf("<div class=\"table\"><table>\n<tbody>\n")
	b.environment(r.Environment)
	b.options(r.Options)
	b.printf("</tbody></table></div>\n</section>\n")
}

func (b *body) environment(e result.Environment) {
	b.fact("Version of lab", e.Lab+", "+e.Go)
	b.fact("System", strings.TrimSpace(e.OS+"/"+e.Arch+" "+e.Kernel))
	b.fact("Processors", strconv.Itoa(e.CPUs))
	b.fact("Congestion control of the system", e.CongestionControl)
	var networks []string
	for _, name := range slices.Sorted(maps.Keys(e.Networks)) {
		networks = append(networks, name+": "+e.Networks[name])
	}
	b.fact("Networks of this computer", strings.Join(networks, "; "))
}

func (b *body) options(o result.Options) {
	b.fact("Network that was asked for", o.Network)
	b.fact("Seed", strconv.FormatUint(o.Seed, 10))
	b.fact("Runs", strconv.Itoa(o.Runs))
	b.fact("Messages of each transport", strconv.Itoa(o.Messages))
	b.fact("Bytes of a message", strconv.Itoa(o.Size))
	b.fact("Transports", strings.Join(o.Transports, ", "))
	b.fact("Preset", o.Preset)
	b.fact("Congestion control", o.Congestion)
	if o.Quick {
		b.fact("Options", "--quick")
	}
}

// fact is a row; nothing where nothing is known.
func (b *body) fact(name text.Phrase, what string) {
	if what != "" {
		b.printf("<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", b.say(text.Say(name)), html.EscapeString(what))
	}
}
