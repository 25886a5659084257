package document

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
)

// TestString: the file has what it was given, and a policy that lets its own scripts
// run and nothing else.
func TestString(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	d := Document{Language: hostile, Title: hostile, Body: "<p>body</p>\n", Scripts: []Script{
		{Source: "one()"}, {Type: "application/json", ID: hostile, Source: "{}"},
	}}
	file := d.String()
	for _, source := range []string{"one()", "{}"} {
		sum := sha256.Sum256([]byte(source))
		if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(file, hash) {
			t.Errorf("the policy does not know the script %s", source)
		}
	}
	if strings.Contains(file, "alert(1)</script>") || strings.Count(file, "<script") != 2 {
		t.Errorf("a text became a script in\n%s", file)
	}
	at := strings.Index(file, "<p>body</p>")
	if at < strings.Index(file, "<main>") || at > strings.Index(file, "<script") {
		t.Errorf("the body stands elsewhere in\n%s", file)
	}
	if none := (Document{}).String(); !strings.Contains(none, "script-src 'none'") {
		t.Errorf("without scripts the policy is another one in\n%s", none)
	}
}
