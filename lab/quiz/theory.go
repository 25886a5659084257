package quiz

import (
	"fmt"
	"slices"
	"strings"

	"echolab/lab/text"
)

// exactly is the choice for one number.
func exactly(word text.Phrase, n float64) Choice { return between(word, n-0.5, n+0.5) }

// never is a choice that no measurement falls into.
func never(word text.Phrase) Choice { return Choice{Word: word} }

// theory are the seven questions at the end of document 001, put so that a
// machine can mark the answers. The standards decide which choice is right, and
// Because says which one and why. Where an experiment has a row that shows it,
// the question names the row, and the tests hold the standard against it.
var theory = []Question{
	{
		ID: "q1", Points: 14, Experiment: "overhead", Measurement: "header_bytes", Transport: "udp",
		Prompt: text.Say("A message of UDP goes down through the transport layer and the IP layer. " +
			"How many bytes of headers do the two put in front of it (IPv4)?"),
		Choices: []Choice{exactly("8", 8), exactly("20", 20), exactly("28", 28), exactly("40", 40)},
		Right:   2,
		Because: "8 bytes of UDP (RFC 768) and 20 of IP (RFC 791). With TCP it would be 40, and the layers " +
			"above and below would be the same.",
		Hint: "Try it: lab compare overhead",
	},
	{
		ID: "q2", Points: 14,
		Prompt: text.Say("A datagram is larger than a packet may be on one of the links on its way. " +
			"Which layer cuts it into pieces?"),
		Choices: []Choice{
			never("the application"), never("the transport layer"), never("the IP layer"), never("the link layer"),
		},
		Right: 2,
		Because: "IP finds the way across many links, and fits its packets to each of them (RFC 791, " +
			"fragmentation); a link carries what it is given to the next station.",
		Hint: "Try it: lab trace --size 4000",
	},
	{
		ID: "q3", Points: 14,
		Prompt: text.Say("The same client program is to run over Wi-Fi instead of Ethernet. " +
			"What must be changed in it?"),
		Choices: []Choice{
			never("nothing"), never("the calls of send and recv"), never("the type of the socket"),
			never("the port number"),
		},
		Right: 0,
		Because: "That is what layers are for: each hides the one below, so that any system that keeps to the " +
			"standard can take its place.",
		Hint: "Try it: lab compare setup --preset lan, then --preset wifi",
	},
	{
		ID: "q4", Points: 15, Experiment: "backlog", Measurement: "connected_before_accept", Transport: "tcp",
		Prompt:  text.Say("From which call of the server on does a client's connect succeed?"),
		Choices: []Choice{never("socket"), never("bind"), above("listen", 0), zero("accept")},
		Right:   2,
		Because: "listen makes the socket one that takes connections; the kernel shakes hands by itself.",
		Hint:    "Try it: lab compare backlog refusal",
	},
	{
		ID: "q5", Points: 15, Experiment: "backlog", Measurement: "connected_before_accept", Transport: "tcp",
		Prompt: text.Say("The server has called listen and not yet accept. What does a client's connect do?"),
		Choices: []Choice{
			never("it is refused"), zero("it waits until accept is called"),
			above("it returns at once, and the connection waits in the queue for accept", 0),
		},
		Right:   2,
		Because: "listen makes the queue of connections; accept takes them out of it.",
		Hint:    "Try it: lab compare backlog",
	},
	{
		ID: "q6", Points: 14,
		Prompt: text.Say("A client does not call bind. When does its TCP socket get its address and port?"),
		Choices: []Choice{
			never("at socket"), never("at connect"), never("at the first send"), never("it never gets them"),
		},
		Right:   1,
		Because: "connect chooses a free port and the address that fits the way to the server.",
		Hint:    "Try it: lab compare sockets",
	},
	{
		ID: "q7", Points: 14, Experiment: "concurrency", Measurement: "served_iterative", Transport: "tcp",
		Prompt: text.Say("An iterative server is busy with one client. " +
			"What happens to a second client that connects and sends a message?"),
		Choices: []Choice{
			zero("it is refused"), exactly("it gets its answer when the first client has gone", 1),
			above("it gets its answer at once", 1.5),
		},
		Right: 1,
		Because: "The server calls accept again only when it is done with the first client; " +
			"until then the second one waits in the queue.",
		Hint: "Try it: lab compare concurrency",
	},
}

// Theory are the questions of the theory assignment.
func Theory() []Question { return slices.Clone(theory) }

// Form is the file of answers to the theory, to be filled in.
func Form(p text.Printer) string {
	var b strings.Builder
	for _, q := range Theory() {
		fmt.Fprintf(&b, "# %s. %s\n", q.ID[1:], p.Text(q.Prompt))
		for i, c := range q.Choices {
			fmt.Fprintf(&b, "#   %s) %s\n", letter(i), p.Say(c.Word))
		}
		fmt.Fprintf(&b, "%s =\n\n", q.Key())
	}
	return b.String()
}
