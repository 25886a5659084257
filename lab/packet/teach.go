package packet

import (
	"slices"

	"echolab/lab/wire"
)

// Teaching is that of all conversations, wire by wire, which shows a lesson: the
// first that has what is to be seen. Where none has, it is the longest under
// the experiment's own conditions, and says what is not seen there; where
// nothing special is to be seen, the first one in which data passed, or else
// the first. It is not ok if there is none at all.
func Teaching(all [][]Trace, l Lesson, own wire.Options) (taught Trace, ok bool) {
	for _, sight := range l.Shows {
		for _, part := range all {
			for i := range part {
				if len(sights[sight](part[i])) > 0 {
					return shown(part, i, l, sight), true
				}
			}
		}
	}
	if len(l.Shows) > 0 {
		taught, ok = longest(all, own)
		taught.Unseen = l.Shows[0]
		return taught, ok
	}
	for _, part := range all {
		if at := firstWithData(part); part[at].first(carriesData) >= 0 {
			return shown(part, at, l, ""), true
		}
	}
	if len(all) == 0 {
		return Trace{}, false
	}
	return shown(all[0], 0, l, ""), true
}

// longest is the conversation with the most packets, of those under the given
// conditions if there are any.
func longest(all [][]Trace, under wire.Options) (most Trace, ok bool) {
	fit := false // most is under these conditions
	for _, t := range slices.Concat(all...) {
		fits := alike(t.Conditions, under)
		if !ok || fits && !fit || fits == fit && len(t.Packets) > len(most.Packets) {
			most, ok, fit = t, true, fits
		}
	}
	return most, ok
}

// alike reports whether two wires have the same laws.
func alike(a, b wire.Options) bool {
	return a.Client.String() == b.Client.String() && a.Server.String() == b.Server.String()
}

// shown is a conversation, alone or with the others of its wire, with what is
// to be seen in it marked.
func shown(part []Trace, at int, l Lesson, sight Sight) Trace {
	t := part[at]
	if l.Together {
		t = Joined(part)
	}
	if see := sights[sight]; see != nil {
		t.Marks = see(t)
	}
	return t
}
