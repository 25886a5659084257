package result

import (
	"strings"

	"echolab/lab/text"
)

// Document is one of the five course documents whose claims the lab decides.
type Document int

// The documents, by their numbers.
const (
	Doc000 Document = iota
	Doc001
	Doc002
	Doc003
	Doc004
)

// documents are what the documents are called: by programs, and by people.
var documents = [...]struct {
	file  string
	title text.Phrase
}{
	Doc000: {"000_4fb1e7b5eede80f4.txt", "TCP echo server and client"},
	Doc001: {"001_761ababd146f3772.txt", "TCP-based server and client"},
	Doc002: {"002_7b00320dff4de1fa.txt", "UDP and TCP socket communication"},
	Doc003: {"003_99bf60a5fccc99a0.txt", "Protocol layers, TCP server and client"},
	Doc004: {"004_75d9a397e0300f60.txt", "How a TCP server and its client work"},
}

// Source is the documents that say something.
type Source []Document

// between separates the files of a source.
const between = ", "

// Files are the names of the documents' files, as programs get them.
func (s Source) Files() string {
	files := make([]string, len(s))
	for i, d := range s {
		files[i] = documents[d].file
	}
	return strings.Join(files, between)
}

// SourceTitle names the documents of such files for people, by number and title.
// What is no document's file is named as it is.
func SourceTitle(files string) text.Message {
	var all []text.Message
	for file := range strings.SplitSeq(files, between) {
		one := text.Quote(file)
		for _, d := range documents {
			if d.file == file {
				one = text.Sayf("document %s, %s", d.file[:len("000")], d.title)
			}
		}
		all = append(all, one)
	}
	return text.Join(all)
}
