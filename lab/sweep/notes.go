package sweep

import (
	"fmt"
	"strings"

	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/text"
)

// Notes are what a reader should know beside the figures: what is not as theory
// allows, what was cut off, what did not run, and what is missing.
type Notes struct {
	Judged, Outside         int // medians of which theory says something, and those that it does not allow
	JudgedRuns, OutsideRuns int // the same of single runs
	Medians                 []text.Message
	Strays                  []Stray // single runs that theory does not allow, a few of them
	Others                  []text.Message
}

// Stray is a figure of one run that is not as theory allows, and the command that
// repeats the run.
type Stray struct {
	What  text.Message
	Again string
}

// mostStrays is how many of them are listed; the file has all.
const mostStrays = 5

// Notes are those about the measurements that are shown.
func (s *Sweep) Notes(points []Point) Notes {
	var n Notes
	for _, r := range s.Shown() {
		for _, l := range s.Lines(points, r.ID) {
			for _, p := range l.Points {
				n.median(s, l, p, p.Find(r.ID))
				n.runs(s, l, p, r.ID)
			}
		}
	}
	told := map[string]bool{}
	for _, p := range points {
		for _, why := range p.Errors {
			if !told[why] {
				told[why] = true
				n.Others = append(n.Others, text.Sayf("%s: a run found nothing: %s", s.name(p), why))
			}
		}
	}
	if missing := s.Missing(); missing > 0 {
		n.Others = append(n.Others, text.Sayf("%d of %d runs are missing", missing, s.jobCount()))
	}
	return n
}

// name names a point: "loss 2%, delay 50ms".
func (s *Sweep) name(p Point) string {
	var all []string
	for i, a := range s.Axes {
		all = append(all, a.Name+" "+p.At[i].Text)
	}
	return strings.Join(all, ", ")
}

// median notes whether a median is as theory allows, and whether it is the answer.
func (n *Notes) median(s *Sweep, l Line, p Point, m *result.Measurement) {
	where := l.at(s, p)
	if why, cut := m.CutOff[l.Transport]; cut {
		n.Others = append(n.Others, text.Sayf("%s, %s, cut off: %s", where, m.Label, why))
	}
	within, judged := m.Within[l.Transport]
	if !judged {
		return
	}
	if n.Judged++; within {
		return
	}
	n.Outside++
	n.Medians = append(n.Medians, outside(where, m, l.Transport))
}

// runs notes which single runs are not as theory allows.
func (n *Notes) runs(s *Sweep, l Line, p Point, id string) {
	for _, run := range p.Judged {
		m := (&result.Result{Measurements: run.Measurements}).Find(id)
		if m == nil {
			continue
		}
		within, judged := m.Within[l.Transport]
		if judged {
			n.JudgedRuns++
		}
		if !judged || within {
			continue
		}
		if n.OutsideRuns++; len(n.Strays) < mostStrays {
			n.Strays = append(n.Strays, Stray{outside(l.at(s, p), m, l.Transport), s.Repeat(run.Run)})
		}
	}
}

// outside tells a figure beside what theory allows.
func outside(where string, m *result.Measurement, transport string) text.Message {
	return text.Sayf("%s, %s: %s, theory %s", where, m.Label, shown(m, transport), allowed(m, transport))
}

// at names a point of a line: "UDP, loss 2%".
func (l Line) at(s *Sweep, p Point) string { return strings.ToUpper(l.Transport) + ", " + s.name(p) }

// shown is a value as people read it: 71.2 %.
func shown(m *result.Measurement, transport string) text.Message {
	v := m.Values[transport]
	if v.Word != "" {
		return text.Say(v.Word)
	}
	return text.Quote(report.Number(v.Number, m.Unit))
}

// allowed is what theory allows: 71.5–76.4.
func allowed(m *result.Measurement, transport string) text.Message {
	if v := m.Expected[transport]; v.Word != "" {
		return text.Say(v.Word)
	}
	return text.Quote(report.Interval(m.Low[transport], m.High[transport], m.Unit))
}

// Repeat is the command that makes one run again.
func (s *Sweep) Repeat(run Run) string {
	command := s.Again
	for i, v := range s.At(run.Point) {
		flag := s.Axes[i].Name
		if flag == AxisTransport {
			flag = "transports"
		}
		command += " --" + flag + " " + v.Text
	}
	return command + fmt.Sprintf(" --seed %d", run.Seed)
}
