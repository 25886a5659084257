package teacher

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade/checks"
	"echolab/lab/link"
)

// scripter turns a script into steps, and follows what its clients may do.
type scripter struct {
	*builder
	udp     bool
	clients map[string]bool // those that are there; true: that may still send
	said    map[string]bool // what is remembered
	steps   []checks.Step
	full    bool          // more steps than there may be
	spent   time.Duration // in pauses
	longest time.Duration // wait for the program
}

// script are the steps of a script, and how long they may take where the program does
// all in time but one thing.
func (b *builder) script(at path, steps []step, network string) ([]checks.Step, time.Duration) {
	before := len(b.problems)
	s := &scripter{builder: b, udp: network == "udp", clients: map[string]bool{}, said: map[string]bool{}}
	s.run(at, steps)
	if len(s.problems) > before {
		return nil, 0
	}
	if s.spent+s.longest > checks.MostPause {
		s.wrongf(at, "the waits add up to %v, and may take %v", s.spent+s.longest, checks.MostPause)
	}
	if !slices.ContainsFunc(s.steps, func(one checks.Step) bool { return strings.HasPrefix(string(one.Do), "expect") }) {
		s.wrongf(at, "the script expects nothing, so that every program passes")
	}
	return s.steps, s.spent + s.longest
}

// run takes steps until one makes no sense.
func (s *scripter) run(at path, steps []step) {
	for i, one := range steps {
		before := len(s.problems)
		s.step(at.item(i), one)
		if len(s.steps) > checks.MostSteps && !s.full {
			s.full = true
			s.wrongf(at.item(i), "the script has more than %d steps", checks.MostSteps)
		}
		if len(s.problems) > before {
			return
		}
	}
}

func (s *scripter) step(at path, one step) {
	switch {
	case one.Connect != "":
		s.connect(at.under("connect"), one.Connect)
	case one.Send != nil:
		s.send(at.under("send"), one.Send)
	case one.Expect != nil:
		s.expect(at.under("expect"), one.Expect)
	case one.ExpectEnd != nil:
		s.end(at.under("expect-end"), checks.ExpectEnd, one.ExpectEnd, checks.ReplyWithin)
	case one.ExpectNothing != nil:
		s.end(at.under("expect-nothing"), checks.ExpectNothing, one.ExpectNothing, checks.Quiet)
	case one.Pause != "":
		d := duration(one.Pause)
		s.spent += d
		s.add(checks.Step{Do: checks.Pause, Within: d})
	case one.HalfClose != "":
		s.leave(at.under("half-close"), checks.HalfClose, one.HalfClose)
	case one.Close != "":
		s.leave(at.under("close"), checks.Close, one.Close)
	case one.Reset != "":
		s.leave(at.under("reset"), checks.Reset, one.Reset)
	case one.Repeat != nil:
		for range one.Repeat.Times {
			before := len(s.problems)
			if s.run(at.under("repeat").under("steps"), one.Repeat.Steps); len(s.problems) > before {
				return
			}
		}
	}
}

func (s *scripter) add(one checks.Step) { s.steps = append(s.steps, one) }

// overTCP wants a connection for what only connections have.
func (s *scripter) overTCP(at path, do checks.Action) {
	if s.udp {
		s.wrongf(at, "UDP has no connection for %s", string(do))
	}
}

// present wants a client that is there.
func (s *scripter) present(at path, client string) {
	if _, ok := s.clients[client]; !ok {
		s.wrongf(at, "client %s is not connected here", client)
	}
}

func (s *scripter) connect(at path, client string) {
	if _, ok := s.clients[client]; ok {
		s.wrongf(at, "client %s is connected already", client)
	}
	s.clients[client] = true
	s.add(checks.Step{Do: checks.Connect, Client: client})
}

// leave is half-close, close or reset.
func (s *scripter) leave(at path, do checks.Action, client string) {
	s.present(at, client)
	if do != checks.Close {
		s.overTCP(at, do)
	}
	delete(s.clients, client)
	if do == checks.HalfClose {
		s.clients[client] = false
	}
	s.add(checks.Step{Do: do, Client: client})
}

func (s *scripter) send(at path, one *send) {
	s.present(at.under("to"), one.To)
	if maySend, ok := s.clients[one.To]; ok && !maySend {
		s.wrongf(at.under("to"), "client %s has closed its sending side", one.To)
	}
	d := s.data(at, one.Data, one.Random > 0, one.Letters > 0)
	d.Random, d.Words, d.As = int(one.Random), int(one.Letters), one.As
	if n := max(len(d.Bytes), d.Random, d.Words); n > s.most() {
		s.wrongf(at, "this is longer than %d bytes", s.most())
	}
	if one.As != "" {
		s.said[one.As] = true
	}
	s.add(checks.Step{Do: checks.Send, Client: one.To, Data: d})
}

// most is how many bytes a message may have.
func (s *scripter) most() int {
	if s.udp {
		return checks.MaxDatagram
	}
	return checks.MostData
}

func (s *scripter) expect(at path, one *expect) {
	s.present(at.under("from"), one.From)
	step := checks.Step{
		Do: checks.Expect, Client: one.From, Match: checks.Exactly,
		Within: s.wait(one.Within, checks.ReplyWithin), Otherwise: s.own.Say(one.Otherwise.phrase(s.own)),
	}
	d := one.Data
	switch {
	case one.Begins != "":
		step.Match, d.Text = checks.Begins, &one.Begins
	case one.Contains != "":
		step.Match, d.Text = checks.Contains, &one.Contains
	case one.Any:
		step.Match = checks.Anything
	case one.Matches != "":
		step.Match = checks.Matches
		pattern, err := regexp.Compile(one.Matches)
		if err != nil {
			s.wrongf(at.under("matches"), "this is no regular expression: %s", err.Error())
		}
		step.Pattern = pattern
	}
	step.Data = s.data(at, d, one.Any, one.Matches != "", one.Data.Text != nil && d.Text != one.Data.Text,
		one.Begins != "" && one.Contains != "")
	if step.Match == checks.Exactly && !s.udp && step.Data.Like == "" && len(step.Data.Bytes) == 0 {
		s.wrongf(at, "over TCP no bytes are nothing to wait for: use expect-nothing or expect-end")
	}
	s.add(step)
}

// wait is how long a step waits for the program.
func (s *scripter) wait(said string, otherwise time.Duration) time.Duration {
	d := otherwise
	if said != "" {
		d = duration(said)
	}
	s.longest = max(s.longest, d)
	return d
}

// end is a step that expects the end, or nothing.
func (s *scripter) end(at path, do checks.Action, one *expectEnd, otherwise time.Duration) {
	s.present(at, one.From)
	within := s.wait(one.Within, otherwise)
	if do == checks.ExpectNothing {
		s.spent += within
	} else {
		s.overTCP(at, do)
	}
	s.add(checks.Step{Do: do, Client: one.From, Within: within, Otherwise: s.own.Say(one.Otherwise.phrase(s.own))})
}

// data is what is sent or expected, said in exactly one way; others are ways that the
// caller knows of.
func (s *scripter) data(at path, d data, others ...bool) checks.Data {
	ways := 0
	for _, there := range append(others, d.Text != nil, d.Hex != nil, d.Base64 != nil, d.Like != "") {
		if there {
			ways++
		}
	}
	if ways != 1 {
		s.wrongf(at, "what it is should be said in one way: text, hex, base64, like or another")
		return checks.Data{}
	}
	out := checks.Data{Bytes: s.bytes(at, d), Like: d.Like, Change: changes[d.Change]}
	if d.Times > 1 && len(out.Bytes) > s.most()/d.Times {
		s.wrongf(at, "this is longer than %d bytes", s.most())
	} else if d.Times > 1 {
		out.Bytes = bytes.Repeat(out.Bytes, d.Times)
	}
	if d.Like != "" && !s.said[d.Like] {
		s.wrongf(at.under("like"), "nothing was sent as %s before", d.Like)
	}
	return out
}

// bytes are those that the file spells out.
func (s *scripter) bytes(at path, d data) []byte {
	var b []byte
	var err error
	switch {
	case d.Text != nil:
		b = []byte(*d.Text)
	case d.Hex != nil:
		b, err = hex.DecodeString(strings.NewReplacer(" ", "", "\n", "").Replace(*d.Hex))
	case d.Base64 != nil:
		b, err = base64.StdEncoding.DecodeString(*d.Base64)
	}
	if err != nil {
		s.wrongf(at, "this cannot be decoded: %s", err.Error())
	}
	return b
}

// transfer is the Run of a check of a sender and a receiver.
func (b *builder) transfer(at path, t *transfer) (run run) {
	if t.Size > 1<<20 {
		b.wrongf(at.under("size"), "this is longer than %d bytes", 1<<20)
	}
	body, err := json.Marshal(t.Network)
	if t.Network == nil {
		body = []byte("{}")
	}
	var wanted link.Overrides
	if err == nil {
		wanted, err = link.ReadConditions(bytes.NewReader(body))
	}
	there, back := wanted.Apply(link.Conditions{}, link.Conditions{})
	if err == nil {
		err = there.Validate()
	}
	switch {
	case err != nil:
		b.wrongf(at.under("network"), "these conditions make no sense: %s", err.Error())
	case there.String() != back.String():
		b.wrongf(at.under("network"), "the conditions are those of both directions")
	}
	return checks.Transfer(int(t.Size), there)
}
