package quiz

import (
	"math"

	"echolab/lab/result"
	"echolab/lab/text"
)

// alike is how much greater one of two values may be, as a factor, while they
// count as the same. Two runs on a busy machine often differ by as much.
const alike = 1.25

// greater asks which transport has the greater value.
var greater = []Choice{
	{"TCP", func(m *result.Measurement, _ string) bool { return exceeds(m, "tcp", "udp") }},
	{"same", func(m *result.Measurement, _ string) bool {
		return !exceeds(m, "tcp", "udp") && !exceeds(m, "udp", "tcp")
	}},
	{"UDP", func(m *result.Measurement, _ string) bool { return exceeds(m, "udp", "tcp") }},
}

// less asks which transport has the smaller value: it is greater, backwards.
var less = []Choice{
	{"TCP", greater[2].fits},
	greater[1],
	{"UDP", greater[0].fits},
}

// exceeds reports whether one value is greater than another, and not alike.
func exceeds(m *result.Measurement, a, b string) bool {
	return m.Values[a].Number > alike*m.Values[b].Number
}

// between is the choice for numbers above low, up to high.
func between(word text.Phrase, low, high float64) Choice {
	return Choice{word, func(m *result.Measurement, t string) bool {
		v := m.Values[t]
		return v.Word == "" && low < v.Number && v.Number <= high
	}}
}

// zero is the choice for nothing at all.
func zero(word text.Phrase) Choice {
	return Choice{word, func(m *result.Measurement, t string) bool {
		v := m.Values[t]
		return v.Word == "" && v.Number == 0
	}}
}

// above is the choice for numbers above low.
func above(word text.Phrase, low float64) Choice { return between(word, low, math.Inf(1)) }

// said are choices for measurements in words.
func said(words ...text.Phrase) []Choice {
	choices := make([]Choice, len(words))
	for i, w := range words {
		choices[i] = Choice{w, func(m *result.Measurement, t string) bool { return m.Values[t].Word == w }}
	}
	return choices
}

// anyError is the choice for whatever the system said instead of a number.
var anyError = Choice{"an error", func(m *result.Measurement, t string) bool { return m.Values[t].Word != "" }}

// whether asks if there is any of it.
var whether = []Choice{above("yes", 0), zero("no")}

// share asks how much of a hundred percent it is, by halves.
var share = []Choice{zero("none"), between("less than half", 0, 50), above("more than half", 50)}

// delivered is share for what should be all.
var delivered = []Choice{
	between("less than half", -1, 50),
	{"more than half", func(m *result.Measurement, t string) bool {
		v := m.Values[t].Number
		return 50 < v && v < 100
	}},
	{"all of it", func(m *result.Measurement, t string) bool { return m.Values[t].Number >= 100 }},
}

// ofAll compares with how many there were, which is what theory expects.
var ofAll = []Choice{
	zero("none"),
	{"some", func(m *result.Measurement, t string) bool {
		v := m.Values[t].Number
		return v > 0 && v != m.Expected[t].Number
	}},
	{"all", func(m *result.Measurement, t string) bool {
		v := m.Values[t].Number
		return v > 0 && v == m.Expected[t].Number
	}},
}

// tenReads asks how many reads ten small messages take.
var tenReads = []Choice{between("one", 0, 1), between("two to nine", 1, 9), above("ten", 9)}

// queueShare asks how many of a hundred packets find a queue full.
var queueShare = []Choice{between("almost none", -1, 5), between("less than half", 5, 40), above("half or more", 40)}

// linkShare asks how much of a link one of two has.
var linkShare = []Choice{
	between("less than a third", -1, 100./3), between("about half", 100./3, 200./3),
	above("more than two thirds", 200./3),
}

// threeReceivers asks how many of three a message reaches.
var threeReceivers = []Choice{anyError, between("none or one", -1, 1), above("two or three", 1)}

// toldOfRefusal asks when a sender learns that nobody listens.
var toldOfRefusal = said("refused", "told late", "never told")
