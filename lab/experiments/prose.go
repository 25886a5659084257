package experiments

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"echolab/lab/text"
)

//go:embed */en.md */ko.md
var pages embed.FS

// Prose is what a lesson tells, in every language: its pages en.md and ko.md.
type Prose struct {
	Title      text.Message   // two or three words
	Question   text.Message   // one sentence that ends in a question mark
	Method     text.Message   // what is done to answer it, one sentence that is true under all conditions
	Steps      []text.Message // what happens, packet by packet
	Why        text.Message   // the explanation, one paragraph
	Theory     []text.Message // what theory expects, a sentence or half of one each, with its source
	Caption    text.Message   // what to look at among its packets: one sentence
	References []string       // "RFC 9293 3.5"
	Try        string         // a command to paste next
}

// section is a part of a page.
type section int

const (
	question section = iota // what stands between the title and the first heading
	method
	steps
	why
	theory
	caption // of a lesson whose packets show something
	references
	try
	sections // how many there are
)

// headings are those of a page's sections, in every language.
var headings = map[string]section{
	"Method": method, "방법": method,
	"What happens": steps, "일어나는 일": steps,
	"Why": why, "이유": why,
	"What theory expects": theory, "이론이 예상하는 것": theory,
	"What to look at": caption, "눈여겨볼 것": caption,
	"References": references, "참고 문헌": references,
	"Try": try, "해 보기": try,
}

// page is the text of a lesson in one language.
type page struct {
	title string
	text  [sections][]string // a paragraph or an item of a list each
}

// Read reads the pages in a lesson's folder. It panics where they are no pages, or
// do not say the same in all languages: they are part of the program.
func Read(lesson string) Prose {
	prose, err := read(pages, lesson)
	if err != nil {
		panic(fmt.Sprintf("the pages of a lesson: %v", err))
	}
	return prose
}

func read(pages fs.FS, lesson string) (Prose, error) {
	all := map[string]*page{}
	for _, lang := range text.Languages() {
		content, err := fs.ReadFile(pages, path.Join(lesson, lang+".md"))
		if err != nil {
			return Prose{}, err
		}
		if all[lang], err = parse(string(content)); err != nil {
			return Prose{}, fmt.Errorf("%s.md: %w", lang, err)
		}
	}
	english := all[text.English]
	for lang, p := range all {
		if p.shape() != english.shape() {
			return Prose{}, fmt.Errorf("%s.md of %q has other sections, or more or fewer items, than the English page",
				lang, english.title)
		}
	}
	return together(all), nil
}

// shape is how many paragraphs the sections of a page have, and what is the same
// in all languages.
func (p *page) shape() string {
	var lengths [sections]int
	for i, section := range p.text {
		lengths[i] = len(section)
	}
	return fmt.Sprint(lengths, p.text[references], p.text[try])
}

// parse takes a page apart.
func parse(content string) (*page, error) {
	p, at := &page{}, question
	for block := range strings.SplitSeq(strings.TrimSpace(content), "\n\n") {
		block = strings.TrimSpace(block)
		if title, ok := strings.CutPrefix(block, "# "); ok && p.title == "" {
			p.title = title
			continue
		}
		if heading, ok := strings.CutPrefix(block, "## "); ok {
			if at, ok = headings[heading]; !ok {
				return nil, fmt.Errorf("no section is called %q", heading)
			}
			continue
		}
		p.text[at] = append(p.text[at], paragraphs(block)...)
	}
	complete := p.title != "" && len(p.text[caption]) <= 1
	for _, s := range []section{question, method, why, try} {
		complete = complete && len(p.text[s]) == 1
	}
	if !complete {
		return nil, fmt.Errorf("a title, and one paragraph of question, method, why and try are needed")
	}
	return p, nil
}

// paragraphs are the items of a list, the command of an indented block, or the
// one paragraph that a block is, with its lines joined.
func paragraphs(block string) []string {
	var all []string
	for line := range strings.Lines(block) {
		line = strings.TrimSpace(line)
		item, isItem := strings.CutPrefix(line, "- ")
		if number, rest, ok := strings.Cut(line, ". "); ok && strings.Trim(number, "0123456789") == "" {
			item, isItem = rest, true
		}
		if isItem || len(all) == 0 {
			all = append(all, item)
			continue
		}
		all[len(all)-1] += " " + line
	}
	return all
}

// together makes one prose of the pages of all languages.
func together(all map[string]*page) Prose {
	english := all[text.English]
	one := func(of func(*page) string) text.Message {
		m := text.Message{Phrase: text.Phrase(of(english)), Own: map[string]string{}}
		for lang, p := range all {
			m.Own[lang] = of(p)
		}
		return m
	}
	list := func(s section) []text.Message {
		var messages []text.Message
		for i := range english.text[s] {
			messages = append(messages, one(func(p *page) string { return p.text[s][i] }))
		}
		return messages
	}
	prose := Prose{
		Title:    one(func(p *page) string { return p.title }),
		Question: list(question)[0], Method: list(method)[0], Why: list(why)[0],
		Steps: list(steps), Theory: list(theory),
		References: english.text[references], Try: english.text[try][0],
	}
	if captions := list(caption); len(captions) > 0 {
		prose.Caption = captions[0]
	}
	return prose
}
