package result

import (
	"strings"

	"echolab/lab/text"
)

// documents are the titles of the course documents by their number, which is
// the beginning of their file name.
var documents = map[string]text.Phrase{
	"000": "TCP echo server and client",
	"001": "TCP-based server and client",
	"002": "UDP and TCP socket communication",
	"003": "Protocol layers, TCP server and client",
	"004": "How a TCP server and its client work",
}

// SourceTitle names the documents of a claim for people, by number and title.
// Programs get their file names.
func SourceTitle(files string) text.Message {
	var all text.Message
	for file := range strings.SplitSeq(files, ", ") {
		one := text.Quote(file)
		number, _, _ := strings.Cut(file, "_")
		if title, known := documents[number]; known {
			one = text.Sayf("document %s, %s", number, title)
		}
		if !all.IsZero() {
			one = text.Sayf("%s; %s", all, one)
		}
		all = one
	}
	return all
}
