package result

import "testing"

// TestSource: programs get file names, people get numbers and titles.
func TestSource(t *testing.T) {
	for _, c := range []struct {
		source       Source
		files, title string
	}{
		{Source{Doc004}, "004_75d9a397e0300f60.txt", "document 004, How a TCP server and its client work"},
		{
			Source{Doc000, Doc002}, "000_4fb1e7b5eede80f4.txt, 002_7b00320dff4de1fa.txt",
			"document 000, TCP echo server and client; document 002, UDP and TCP socket communication",
		},
	} {
		if got := c.source.Files(); got != c.files {
			t.Errorf("the files of %v are %q, want %q", c.source, got, c.files)
		}
		if got := SourceTitle(c.files); got.String() != c.title {
			t.Errorf("%s is called %q, want %q", c.files, got, c.title)
		}
	}
	if got := SourceTitle("RFC 9293").String(); got != "RFC 9293" {
		t.Errorf("another source is called %q", got)
	}
}
