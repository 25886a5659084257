// Package assignments holds what is handed out: for each assignment a handout
// in English and Korean, and a starter folder for Go, Python and C.
//
// The texts lie in handouts and starters. What the grader knows better, the
// points of every check and the questions of the theory, is not written there
// but filled in (see Facts), so that a handout never disagrees with a grade.
// Read handouts/echo-tcp/handout.en.md first, then starter.go.
package assignments

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"echolab/lab/text"
)

//go:embed handouts starters
var files embed.FS

// Assignment is what is handed out under one id.
type Assignment struct {
	ID        string
	Titles    map[string]string // by language of the handout
	Documents []string          // file names of the documents that it comes from
	Languages []string          // programming languages with a starter folder
}

// Languages are those that handouts are written in.
func Languages() []string { return []string{"en", "ko"} }

// kind is the sort of program that a student writes. It names the folder of
// its starters.
type kind string

const (
	tcpServer kind = "tcp-server"
	udpServer kind = "udp-server"
	tcpClient kind = "tcp-client"
	udpClient kind = "udp-client"
	transfer  kind = "transfer" // one program in two roles
	answers   kind = "theory"   // no program, a file of answers
)

// program is the name of the program that the starter of a kind holds.
func (k kind) program() string {
	switch k {
	case tcpServer, udpServer:
		return "server"
	case tcpClient, udpClient:
		return "client"
	}
	return "transfer"
}

// entry is a line of the table of assignments.
type entry struct {
	id        string
	kind      kind
	documents []string
	steps     []text.Phrase // what the starter's TODO lines say
}

// The documents by their numbers.
const (
	doc000 = "000_4fb1e7b5eede80f4.txt"
	doc001 = "001_761ababd146f3772.txt"
	doc002 = "002_7b00320dff4de1fa.txt"
	doc003 = "003_99bf60a5fccc99a0.txt"
	doc004 = "004_75d9a397e0300f60.txt"
)

// table is in the order of a course.
var table = []entry{
	{"hello-tcp", tcpServer, []string{doc001}, []text.Phrase{"send the client a line with the word hello"}},
	{"echo-tcp-once", tcpServer, []string{doc000}, []text.Phrase{"receive once, and send back exactly what came"}},
	{"echo-tcp", tcpServer, []string{doc001, doc004}, []text.Phrase{"receive, and send back what came, until the client closes", "let an error of one client end its conversation only"}},
	{"echo-tcp-concurrent", tcpServer, []string{doc003, doc004}, []text.Phrase{"receive, and send back what came, until the client closes", "serve other clients meanwhile (this needs a change in main, too)"}},
	{"upper-tcp", tcpServer, []string{doc002}, []text.Phrase{"receive, and send back what came with a to z as A to Z, until the client closes"}},
	{"client-tcp", tcpClient, []string{doc001, doc004}, []text.Phrase{"end at Q or q", "send the line, and receive until the whole reply has come", "print the reply on standard output"}},
	{"echo-udp", udpServer, []string{doc000}, []text.Phrase{"send the datagram back to where it came from", "think about the longest datagram that may come"}},
	{"upper-udp", udpServer, []string{doc002}, []text.Phrase{"send the datagram back with a to z as A to Z", "think about the longest datagram that may come"}},
	{"client-udp", udpClient, []string{doc000}, []text.Phrase{"end at Q or q", "send the line without its line end, and wait a second for its reply", "print the reply, or that there is none, on standard output"}},
	{"reliable-udp", transfer, []string{doc000, doc003}, nil},
	{"theory", answers, []string{doc001}, nil},
}

// All are the assignments, in the order of a course.
func All() []Assignment {
	all := make([]Assignment, len(table))
	for i, e := range table {
		all[i] = e.assignment()
	}
	return all
}

func (e entry) assignment() Assignment {
	a := Assignment{ID: e.id, Titles: map[string]string{}, Documents: e.documents}
	for _, lang := range Languages() {
		a.Titles[lang] = e.title(lang)
	}
	if e.kind != answers {
		a.Languages = []string{"python", "c", "go"}
	}
	return a
}

// title is the first line of a handout.
func (e entry) title(lang string) string {
	text, err := fs.ReadFile(files, e.handout(lang))
	if err != nil {
		panic(err) // embedded: the tests read every one
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimPrefix(first, "# ")
}

func (e entry) handout(lang string) string {
	return path.Join("handouts", e.id, "handout."+lang+".md")
}

// find returns the line of an assignment.
func find(id string) (entry, error) {
	for _, e := range table {
		if e.id == id {
			return e, nil
		}
	}
	return entry{}, fmt.Errorf("assignment %q: %w", id, fs.ErrNotExist)
}
