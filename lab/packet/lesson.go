package packet

import (
	"echolab/lab/text"
)

// Lesson says which packets of an experiment to look at, for a drawing of them.
type Lesson struct {
	Shows    []Sight // what the conversation to be drawn has; the first of these that any conversation has
	Together bool    // draw all conversations of its wire, since one alone shows nothing
	Messages int     // enough for that to happen; 0 where it is not a matter of messages
}

// Sight is something that can be seen in the packets of a conversation. It is
// English and a key of the catalogue. Trace.Seen finds it.
type Sight text.Phrase

// The sights.
const (
	DataDropped    Sight = "data dropped on the wire"
	QueueFull      Sight = "data dropped at a full queue"
	WindowClosed   Sight = "the receive window closes"
	WindowUsedUp   Sight = "a small receive window is used up"
	WritesGathered Sight = "small writes in one segment"
	BothClose      Sight = "FIN from both sides"
	SYNUnanswered  Sight = "a SYN without an answer"
	SYNAgain       Sight = "a retransmitted SYN"
	SentToMany     Sight = "sent to many"
	Refused        Sight = "nobody listens"
	DataOvertaken  Sight = "data overtaken"
	DataCopied     Sight = "data delivered twice"
	DataDamaged    Sight = "data damaged"
)
