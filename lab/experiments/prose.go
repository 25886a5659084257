package experiments

import (
	"fmt"
	"io/fs"
	"strings"

	"echolab/lab/text"
)

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

// A page begins with its title and its question. Then come these sections, by
// their headings; a lesson whose packets show nothing has no caption.
var sections = map[string]func(*page) *[]string{
	"Method": method, "방법": method,
	"What happens": steps, "일어나는 일": steps,
	"Why": why, "이유": why,
	"What theory expects": theory, "이론이 예상하는 것": theory,
	"What to look at": caption, "눈여겨볼 것": caption,
	"References": references, "참고 문헌": references,
	"Try": try, "해 보기": try,
}

func method(p *page) *[]string     { return &p.method }
func steps(p *page) *[]string      { return &p.steps }
func why(p *page) *[]string        { return &p.why }
func theory(p *page) *[]string     { return &p.theory }
func caption(p *page) *[]string    { return &p.caption }
func references(p *page) *[]string { return &p.references }
func try(p *page) *[]string        { return &p.try }

// page is the text of a lesson in one language, a paragraph or an item of a list
// each.
type page struct {
	title                                                     string
	question, method, steps, why, theory, caption, references []string
	try                                                       []string
}

// Read reads the pages of a lesson. It panics where they are no pages, or do not
// say the same in all languages: they are part of the program.
func Read(pages fs.FS) Prose {
	prose, err := read(pages)
	if err != nil {
		panic(fmt.Sprintf("the pages of a lesson: %v", err))
	}
	return prose
}

func read(pages fs.FS) (Prose, error) {
	all := map[string]*page{}
	for _, lang := range text.Languages() {
		content, err := fs.ReadFile(pages, lang+".md")
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

// shape is how many paragraphs the sections of a page have.
func (p *page) shape() string {
	return fmt.Sprint(len(p.question), len(p.method), len(p.steps), len(p.why), len(p.theory), len(p.caption),
		p.references, p.try)
}

// parse takes a page apart.
func parse(content string) (*page, error) {
	p := &page{}
	to := &p.question
	for block := range strings.SplitSeq(strings.TrimSpace(content), "\n\n") {
		block = strings.TrimSpace(block)
		if title, ok := strings.CutPrefix(block, "# "); ok && p.title == "" {
			p.title = title
			continue
		}
		if heading, ok := strings.CutPrefix(block, "## "); ok {
			section := sections[heading]
			if section == nil {
				return nil, fmt.Errorf("no section is called %q", heading)
			}
			to = section(p)
			continue
		}
		*to = append(*to, paragraphs(block)...)
	}
	whole := len(p.question) == 1 && len(p.method) == 1 && len(p.why) == 1 && len(p.caption) <= 1 && len(p.try) == 1
	if p.title == "" || !whole {
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
	one := func(of func(*page) string) text.Message {
		m := text.Message{Phrase: text.Phrase(of(all[text.English])), Own: map[string]string{}}
		for lang, p := range all {
			m.Own[lang] = of(p)
		}
		return m
	}
	list := func(of func(*page) *[]string) []text.Message {
		var messages []text.Message
		for i := range *of(all[text.English]) {
			messages = append(messages, one(func(p *page) string { return (*of(p))[i] }))
		}
		return messages
	}
	english := all[text.English]
	prose := Prose{
		Title:    one(func(p *page) string { return p.title }),
		Question: one(func(p *page) string { return p.question[0] }),
		Method:   one(func(p *page) string { return p.method[0] }),
		Why:      one(func(p *page) string { return p.why[0] }),
		Steps:    list(steps), Theory: list(theory),
		References: english.references, Try: english.try[0],
	}
	if captions := list(caption); len(captions) > 0 {
		prose.Caption = captions[0]
	}
	return prose
}
