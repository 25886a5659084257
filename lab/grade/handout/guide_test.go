package handout

import (
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
)

// part is a section of a handout.
type part struct {
	en, ko     string
	programmed bool // only where a program is written
}

// parts are the sections in their order.
var parts = []part{
	{en: "Task", ko: "과제"},
	{en: "Hours expected", ko: "예상 시간"},
	{en: "By hand first", ko: "먼저 손으로 해 보기"},
	{en: "How it goes", ko: "진행 과정", programmed: true},
	{en: "A sample run", ko: "실행 예", programmed: true},
	{en: "What is given", ko: "제공되는 것"},
	{en: "What is graded", ko: "채점 항목"},
	{en: "Check it at home", ko: "집에서 확인하기"},
	{en: "Asked often", ko: "자주 묻는 질문"},
	{en: "When it does not work", ko: "동작하지 않을 때", programmed: true},
	{en: "What to write up", ko: "보고서"},
	{en: "How the write-up is graded", ko: "보고서 채점 기준"},
	{en: "Working together", ko: "협업 규칙"},
}

// sections are the headings that an assignment's handout must have.
func sections(a grade.Assignment, lang string) []string {
	var all []string
	for _, p := range parts {
		if p.programmed && a.Kind == grade.Answers {
			continue
		}
		all = append(all, map[string]string{"en": p.en, "ko": p.ko}[lang])
	}
	return all
}

var (
	heading  = regexp.MustCompile(`(?m)^## (.*)$`)
	blocks   = regexp.MustCompile("(?ms)^```.*?^```$")
	commands = regexp.MustCompile("`(?:lab|ss|strace|sudo|python3|gdb|dlv) [^`]*`")
)

func headings(text string) []string {
	var all []string
	for _, m := range heading.FindAllStringSubmatch(blocks.ReplaceAllString(text, ""), -1) {
		all = append(all, m[1])
	}
	return all
}

// section is the text under a heading.
func section(text, heading string) string {
	_, rest, _ := strings.Cut(text, "\n## "+heading+"\n")
	body, _, _ := strings.Cut(rest, "\n## ")
	return body
}

// translations are a handout in English and in Korean.
func translations(t *testing.T, a grade.Assignment) (en, ko string) {
	t.Helper()
	all := map[string]string{}
	for _, p := range printers(t) {
		text, err := Task(a, p)
		if err != nil {
			t.Fatal(err)
		}
		all[p.Lang()] = text
	}
	return all["en"], all["ko"]
}

// TestLanguagesShowTheSame compares what is no language: blocks, commands, and
// how many questions are asked and answered.
func TestLanguagesShowTheSame(t *testing.T) {
	for _, a := range checks.All() {
		en, ko := translations(t, a)
		if a.Form != nil { // the questions are translated
			for _, p := range printers(t) {
				en, ko = strings.Replace(en, a.Form(p), "", 1), strings.Replace(ko, a.Form(p), "", 1)
			}
		}
		for what, find := range map[string]*regexp.Regexp{"blocks": blocks, "commands": commands} {
			english, korean := find.FindAllString(en, -1), find.FindAllString(ko, -1)
			if what == "commands" { // their order is that of the sentences
				english, korean = tidy(english), tidy(korean)
			}
			if !slices.Equal(english, korean) {
				t.Errorf("%s: %s in English\n%q\nin Korean\n%q", a.ID, what, english, korean)
			}
		}
		for _, p := range parts {
			if n, m := paragraphs(section(en, p.en)), paragraphs(section(ko, p.ko)); n != m {
				t.Errorf("%s: %d paragraphs under %s, %d under %s", a.ID, n, p.en, m, p.ko)
			}
		}
	}
}

// tidy are the commands in order, without their line breaks.
func tidy(commands []string) []string {
	for i := range commands {
		commands[i] = strings.Join(strings.Fields(commands[i]), " ")
	}
	slices.Sort(commands)
	return slices.Compact(commands)
}

func paragraphs(text string) int { return strings.Count(text, "\n\n") }

// TestQuestionsNameChecks holds the checks that a guide names against those that
// there are.
func TestQuestionsNameChecks(t *testing.T) {
	id := regexp.MustCompile("`([a-z0-9]+(?:-[a-z0-9]+)+)`")
	for _, a := range checks.All() {
		en, _ := translations(t, a)
		for _, m := range id.FindAllStringSubmatch(section(en, "Asked often")+section(en, "Hours expected"), -1) {
			_, assignment := checks.Find(m[1])
			check := slices.ContainsFunc(a.Checks, func(c grade.Check) bool { return c.ID == m[1] })
			if !assignment && !check {
				t.Errorf("%s: there is no check %s", a.ID, m[1])
			}
		}
	}
}

// TestDiagramIsTheTrace holds the diagram of a connection against the packets that
// the same handout shows of it; a test of the commands holds those against the lab.
func TestDiagramIsTheTrace(t *testing.T) {
	a, _ := checks.Find("echo-tcp")
	en, _ := translations(t, a)
	packet := regexp.MustCompile(`◀?─+ ([A-Z ]+) ─+▶?`)
	want := packet.FindAllString(section(en, "By hand first"), -1)
	got := packet.FindAllString(section(en, "How it goes"), -1)
	if len(want) != len(got) || len(got) == 0 {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	arrows := strings.NewReplacer("─", "")
	for i := range got {
		if arrows.Replace(got[i]) != arrows.Replace(want[i]) {
			t.Errorf("packet %d is %s, want %s", i+1, got[i], want[i])
		}
	}
}

// TestRubricAddsUp adds the points of the write-up.
func TestRubricAddsUp(t *testing.T) {
	points := regexp.MustCompile(`(?m)\| (\d+) \|$`)
	en, ko := translations(t, checks.All()[0])
	for _, table := range []string{section(en, "How the write-up is graded"), section(ko, "보고서 채점 기준")} {
		var all []int
		for _, m := range points.FindAllStringSubmatch(table, -1) {
			n, _ := strconv.Atoi(m[1])
			all = append(all, n)
		}
		sum := 0
		for _, n := range all[:max(len(all)-1, 0)] {
			sum += n
		}
		if len(all) < 2 || sum != all[len(all)-1] {
			t.Errorf("the points %v do not add up:\n%s", all, table)
		}
	}
}

// TestGuidesFitThePage wants lines that can be read without scrolling; a row of a
// table is one line whatever its length.
func TestGuidesFitThePage(t *testing.T) {
	width := runewidth.Condition{}
	for _, pattern := range []string{"tasks/*.guide.*.md", "tasks/*.shown.md", "tasks/help.*.md"} {
		names, err := fs.Glob(files, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(text), "\n") {
				if n := width.StringWidth(line); n > 120 && !strings.HasPrefix(line, "|") {
					t.Errorf("%s:%d: %d columns", name, i+1, n)
				}
			}
		}
	}
}
