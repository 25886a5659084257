package browser

import (
	"fmt"
	"strings"
	"testing"

	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// still is a window in which nothing moves by itself.
var still = window{width: 1280, height: 800, still: true, language: "en"}

// step waits until the course is at a step.
func (b *tab) step(name string) {
	b.Helper()
	b.until(fmt.Sprintf("document.getElementById('course').dataset.step === %q", name))
}

// stages are how far each lesson of the list has come; "" is not begun.
func (b *tab) stages() []string {
	b.Helper()
	return value[[]string](b, "[...document.querySelectorAll('"+hook("lessons")+" li')].map((one) => one.dataset.stage)")
}

// TestCourseLink: a link opens one lesson with its settings, and what else it names
// comes before them; a lesson that there is not is said, and the list stands there.
func TestCourseLink(t *testing.T) {
	address := site(t)
	b := open(t, address+"#course=loss&lang=ko&seed=7", still)
	b.step("predict")
	command := "lab compare loss --network simulated --seed 7 --messages 100 --loss 10%"
	if got := b.text("command"); got != command {
		t.Errorf("the lesson is the command %q, want %q", got, command)
	}
	b.until("lab.state.busy === false")
	if runs := value[int](b, "lab.state.runId"); runs != 0 {
		t.Errorf("%d runs before the guess", runs)
	}
	if hash := value[string](b, "location.hash"); hash != "#course=loss&seed=7&lang=ko" {
		t.Errorf("the address is %q", hash)
	}
	b.do(chromedp.Evaluate[chromedp.Void]("void (location.hash = 'course=nothing&lang=en')"))
	b.idle(1)
	b.until("document.querySelectorAll('" + hook("lessons") + " a').length === 10")
	if status := b.text("status"); !strings.Contains(status, "no lesson “nothing”") {
		t.Errorf("the page says %q", status)
	}
}

// TestCourseKeeps: how far somebody has come stays when the page is loaded again, and
// goes when it is told to.
func TestCourseKeeps(t *testing.T) {
	b := open(t, site(t)+"#course=repair&lang=en", still)
	b.step("predict")
	b.click(hook("question-predict") + " label:nth-of-type(2) input")
	b.click(hook("course-guess"))
	b.do(chromedp.Reload())
	b.step("run")
	b.until("!document.querySelector('" + hook("course-run") + "').disabled")
	b.click(hook("course-run"))
	b.step("see")
	if mark := value[string](b, "document.querySelector('"+hook("mark-predict")+"').className"); mark != "mark good" {
		t.Errorf("the guess of before is %q", mark)
	}
	b.click(hook("to-explain"))
	b.do(chromedp.Reload())
	b.step("run")
	b.click(hook("course-all"))
	if stages := b.stages(); stages[3] != "explained" || stages[0] != "" {
		t.Errorf("the lessons are at %q", stages)
	}
	b.click(hook("start-over"))
	if stages := strings.Join(b.stages(), ""); stages != "" {
		t.Errorf("after starting over, the lessons are at %q", stages)
	}
}

// TestCourseLanguage: another language keeps the place and what is marked, and runs
// nothing that somebody has still to guess.
func TestCourseLanguage(t *testing.T) {
	b := open(t, site(t)+"#course=close&lang=en", still)
	b.step("predict")
	b.until("!lab.state.busy")
	b.click(hook("question-predict") + " label:nth-of-type(3) input")
	b.choose("language", "ko")
	b.until("document.documentElement.lang === 'ko'")
	marked := "document.querySelector('" + hook("question-predict") + " input:checked').value"
	if got, runs := value[string](b, marked), value[int](b, "lab.state.runId"); got != "four" || runs != 0 {
		t.Errorf("marked is %q, after %d runs", got, runs)
	}
	b.click(hook("course-guess"))
	b.click(hook("course-run"))
	b.step("see")
	b.click(hook("to-explain"))
	if text := b.text("step-explain"); !hangul(text) {
		t.Errorf("the explanation says %q", text)
	}
	b.choose("language", "en")
	b.idle(2)
	if text := b.text("step-explain"); hangul(text) {
		t.Errorf("in English, the explanation says %q", text)
	}
}

// TestCourseByKeyboard: a lesson is taken without a mouse, and where the browser keeps
// nothing.
func TestCourseByKeyboard(t *testing.T) {
	b := open(t, "about:blank", still)
	call(b, devtools.AddScriptToEvaluateOnNewDocument, devtools.AddScriptToEvaluateOnNewDocumentParams{
		Source: "Object.defineProperty(window, 'localStorage', { get() { throw new Error('private') } })",
	})
	address := site(t)
	b.origin = originOf(address)
	b.do(chromedp.Navigate(address))
	b.idle(1)
	b.do(chromedp.Focus(chromedp.CSS(hook("course-open"))))
	press := func(keys ...string) {
		for _, k := range keys {
			b.key(k)
		}
	}
	press(kb.Enter, kb.Tab, kb.Tab, kb.Enter) // the heading has the focus; the cross, the first lesson
	b.step("predict")
	b.do(chromedp.Focus(chromedp.CSS(hook("question-predict") + " input")))
	press(" ", kb.ArrowDown, kb.Tab, kb.Enter) // the second choice, and the button behind the choices
	b.step("run")
	b.do(chromedp.Focus(chromedp.CSS(hook("course-run"))))
	press(kb.Enter)
	b.step("see")
	if mark := value[string](b, "document.querySelector('"+hook("mark-predict")+"').dataset.guess"); mark != "two" {
		t.Errorf("the guess is %q", mark)
	}
	if focus := value[string](b, "document.activeElement.tagName"); focus != "SECTION" {
		t.Errorf("after the run, the focus is on %s", focus)
	}
	press(kb.Escape)
	b.until("document.getElementById('course').hidden")
}

// TestCourseElsewhere: where the conditions are others than the lesson's, that is
// said, and a packet that is not there is none.
func TestCourseElsewhere(t *testing.T) {
	b := open(t, site(t)+"#course=repair&lang=en", still)
	b.step("predict")
	b.until("!document.querySelector('" + hook("course-open") + "').disabled && !lab.state.busy")
	b.click(hook("course-skip"))
	b.click(hook("course-run"))
	b.step("see")
	b.click("#drops button") // the packet is restored: nothing is lost any more
	b.idle(2)
	text := b.text("step-see")
	for _, says := range []string{"did not measure it", "It is sent again: there is none in this run"} {
		if !strings.Contains(text, says) {
			t.Errorf("the lesson says %q, want %q", text, says)
		}
	}
}

// TestCourseWords: every lesson says the same things in both languages, and nothing
// is empty.
func TestCourseWords(t *testing.T) {
	b := open(t, site(t), still)
	b.do(chromedp.Evaluate[chromedp.Void](leaves))
	for _, lang := range []string{"en", "ko"} {
		other := map[string]string{"en": "ko", "ko": "en"}[lang]
		missing := value[[]string](b, fmt.Sprintf(
			"said().then((all) => [...all.%s.keys()].filter((key) => !all.%s.get(key)?.trim()))", lang, other))
		if len(missing) > 0 {
			t.Errorf("%s does not say %q", other, missing)
		}
	}
	for part, unlike := range value[map[string][]string](b, "unlike()") {
		if len(unlike) > 0 {
			t.Errorf("%s: words for other things than the lesson has: %q", part, unlike)
		}
	}
	b.idle(1)
}

// leaves are functions of the page: said gives all texts of the lessons by language and
// path; unlike, what a lesson has no words for, or words for what it has not.
const leaves = `
globalThis.said = async () => {
  const { words } = await import("./course/lessons.js");
  const flat = (value, path, all) => {
    if (typeof value === "string") return all.set(path, value);
    for (const [name, one] of Object.entries(value)) flat(one, path + "." + name, all);
    return all;
  };
  const [en, ko] = [await import("./course/words-en.js"), await import("./course/words-ko.js")];
  return { en: flat([words.en, en.en], "", new Map()), ko: flat([words.ko, ko.ko], "", new Map()) };
};
globalThis.unlike = async () => {
  const { lessons, words } = await import("./course/lessons.js");
  const differ = (a, b) => [...a.filter((x) => !b.includes(x)), ...b.filter((x) => !a.includes(x))];
  const found = {};
  for (const lesson of lessons) for (const lang of ["en", "ko"]) for (const part of ["predict", "change"]) {
    const said = part === "change" ? words[lang][lesson.id].change : words[lang][lesson.id];
    found[[lesson.id, part, lang]] = [
      ...differ(lesson[part].choices.map(([name]) => name), Object.keys(said.choices)),
      ...differ(Object.keys(lesson[part].see), Object.keys(said.see)),
    ];
  }
  return found;
};`
