package result

import "testing"

func TestSourceTitle(t *testing.T) {
	for files, want := range map[string]string{
		"000_4fb1e7b5eede80f4.txt": "document 000, TCP echo server and client",
		"000_4fb1e7b5eede80f4.txt, 002_7b00320dff4de1fa.txt": "document 000, TCP echo server and client; " +
			"document 002, UDP and TCP socket communication",
		"RFC 9293": "RFC 9293",
	} {
		if got := SourceTitle(files); got.String() != want {
			t.Errorf("%s is called %q, want %q", files, got, want)
		}
	}
}
