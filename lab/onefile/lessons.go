package onefile

import (
	"html"
	"strings"

	"echolab/lab/experiments"
	"echolab/lab/text"
)

// lessons explain experiments, each behind its title.
func (b *body) lessons(all []experiments.Experiment) {
	if len(all) == 0 {
		return
	}
	b.part("lessons", lessonsTitle)
	for _, e := range all {
		b.lesson(e)
	}
	b.printf("</section>\n")
}

func (b *body) lesson(e experiments.Experiment) {
	b.printf("<details class=\"explained\" id=\"lesson-%s\">\n<summary>%s</summary>\n", e.ID, b.say(e.Name()))
	b.printf("<p>%s</p>\n", b.say(e.Question))
	b.paragraph("How it is measured", e.Method)
	b.list("What happens", "ol", e.Steps)
	b.paragraph("Why", e.Why)
	b.list("What theory expects", "ul", e.Theory)
	if len(e.References) > 0 {
		b.title("Where it is written")
		b.printf("<p>%s</p>\n", html.EscapeString(strings.Join(e.References, ", ")))
	}
	b.printf("</details>\n")
}

func (b *body) title(title text.Phrase) { b.printf("<h3>%s</h3>\n", b.say(text.Say(title))) }

func (b *body) paragraph(title text.Phrase, content text.Message) {
	b.title(title)
	b.printf("<p>%s</p>\n", b.say(content))
}

// list is a list of that element; nothing where it is empty.
func (b *body) list(title text.Phrase, element string, items []text.Message) {
	if len(items) == 0 {
		return
	}
	b.title(title)
	b.printf("<%s>\n", element)
	for _, item := range items {
		b.printf("<li>%s</li>\n", b.say(item))
	}
	b.printf("</%s>\n", element)
}
