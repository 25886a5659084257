package checks

import (
	"echolab/lab/grade"
	"echolab/lab/link"
	"echolab/lab/text"
)

var reliableUDP = grade.Assignment{
	ID: "reliable-udp", Title: "A reliable transfer over UDP", Kind: grade.Pair, Network: "udp",
	Checks: []grade.Check{
		{
			ID: "delivers-without-loss", Title: "delivers a file where nothing is lost", Points: 15, Document: doc003,
			Timeout: transferTimeout,
			Hint: "Cut the file into datagrams of about 1,000 bytes, number them, and write them in order " +
				"on the other side.",
			Run: delivers(10<<10, link.Conditions{}),
		},
		{
			ID: "ends", Title: "ends on both sides after the last acknowledgement", Points: 10, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "Mark the end of the file with a datagram of its own, acknowledge it, and let the receiver stay " +
				"a moment longer for repetitions of it.",
			Run: transferring(4<<10, relayed{}, endsAfterTransfer),
		},
		{
			ID: "every-size", Title: "delivers an empty file, a single byte, and files that fill their last datagram",
			Points: 10, Document: doc003,
			Needs: []string{"ends"}, Timeout: transferTimeout,
			Hint: "Mark the end in a way that needs no datagram that is only partly filled, and mark it for an " +
				"empty file, too.",
			Run: deliversEverySize,
		},
		{
			ID: "no-duplicates", Title: "writes nothing twice where datagrams come twice", Points: 10, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "The receiver acknowledges a datagram that it knows already, and does not write it again. " +
				"The sender ignores acknowledgements that it knows already.",
			Run: delivers(20<<10, link.Conditions{Duplicate: 0.4}),
		},
		{
			ID: "in-order", Title: "writes in order where datagrams overtake each other", Points: 15, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "Write a datagram only when all before it have been written; keep or drop those that come too early.",
			Run:  delivers(40<<10, link.Conditions{Delay: holdBack, Reorder: 0.7}),
		},
		{
			ID: "delivers-under-loss", Title: "delivers a file where a fifth of the datagrams is lost",
			Points: 15, Document: doc000,
			Needs: []string{"no-duplicates", "in-order"}, Timeout: transferTimeout,
			Hint: "Send a datagram again when no acknowledgement comes in time. Acknowledgements are lost, too.",
			Run:  delivers(20<<10, link.Conditions{Loss: 0.2}),
		},
		{
			ID: "survives-lost-ack", Title: "ends well where the last acknowledgement is lost", Points: 5, Document: doc003,
			Needs: []string{"ends", "delivers-under-loss"}, Timeout: transferTimeout,
			Hint: "The receiver must not end with the end of the file: for about a second it acknowledges again " +
				"whatever comes again.",
			Run: survivesLostAck,
		},
		{
			ID: "gives-up", Title: "gives up, and says so, where nobody answers", Points: 5, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "Count how often or how long a datagram has not been acknowledged. After some ten seconds end with " +
				"an exit status other than 0.",
			Run: givesUp,
		},
		{
			ID: "delivers-under-reorder", Title: "delivers a file where all goes wrong at once",
			Points: 5, Document: doc003,
			Needs: []string{"delivers-under-loss"}, Timeout: transferTimeout,
			Hint: "An old acknowledgement that comes late must not pass for that of the datagram that is on its way " +
				"now: number both.",
			Run: delivers(40<<10, link.Conditions{Loss: 0.1, Duplicate: 0.3, Delay: holdBack, Reorder: 0.8}),
		},
		{
			ID: "large-file", Title: "delivers a file of 300 KiB", Points: 10, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "Read the file to its end, and use numbers that do not run out (a number of one byte does after " +
				"256 datagrams).",
			Run: delivers(largestFile, link.Conditions{}),
		},
	},
}

// conditionsText says the conditions that relays have, in the words of lab
// compare's flags.
func conditionsText(c link.Conditions) text.Message {
	var all text.Message
	for _, said := range []struct {
		name   string
		format text.Phrase
	}{
		{"loss", "loss %s"}, {"delay", "delay %s"}, {"reorder", "reorder %s"}, {"duplicate", "duplicate %s"},
	} {
		value := c.Of(said.name)
		switch {
		case value == "":
		case all.IsZero():
			all = text.Sayf(said.format, value)
		default:
			all = text.Sayf("%s, %s", all, text.Sayf(said.format, value))
		}
	}
	return all
}
