package experiments

import (
	"strings"
	"testing"
	"testing/fstest"

	"echolab/lab/text"
)

const english = `# Loss

What is lost
on the way?

## Method

send

## What happens

1. one
   packet
2. another

## Why

because

## What theory expects

- all
- or nothing

## References

- RFC 768

## Try

    lab compare loss
`

// korean is the same page, with its headings and some of its words.
var korean = strings.NewReplacer(
	"Loss", "손실", "## Method", "## 방법", "## What happens", "## 일어나는 일", "## Why", "## 이유",
	"## What theory expects", "## 이론이 예상하는 것", "## References", "## 참고 문헌", "## Try", "## 해 보기",
).Replace(english)

func pagesOf(en, ko string) fstest.MapFS {
	return fstest.MapFS{"en.md": {Data: []byte(en)}, "ko.md": {Data: []byte(ko)}}
}

func TestRead(t *testing.T) {
	p, err := read(pagesOf(english, korean), ".")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		p.Title.String(): "Loss", reader.Text(p.Title): "손실", p.Question.String(): "What is lost on the way?",
		p.Steps[0].String(): "one packet", p.Theory[1].String(): "or nothing", p.References[0]: "RFC 768", p.Try: "lab compare loss",
	} {
		if got != want {
			t.Errorf("read %q, want %q", got, want)
		}
	}
	if len(p.Steps) != 2 || len(p.Theory) != 2 || !p.Caption.IsZero() {
		t.Errorf("read %d steps, %d sentences of theory, and the caption %q", len(p.Steps), len(p.Theory), p.Caption)
	}
}

func TestReadRefuses(t *testing.T) {
	for want, pages := range map[string]fstest.MapFS{
		"no section is called":       pagesOf(strings.Replace(english, "## Why", "## Wherefore", 1), korean),
		"one paragraph":              pagesOf(strings.Replace(english, "because", "", 1), korean),
		"more or fewer items":        pagesOf(strings.Replace(english, "- or nothing\n", "", 1), korean),
		"has other sections":         pagesOf(english, strings.Replace(korean, "- RFC 768", "- RFC 769", 1)),
		"file does not exist":        {"en.md": {Data: []byte(english)}},
		"a title, and one paragraph": pagesOf(strings.Replace(english, "# Loss", "Loss", 1), korean),
	} {
		if _, err := read(pages, "."); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("read: %v, want an error with %q", err, want)
		}
	}
}
