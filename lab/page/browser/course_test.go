package browser

import (
	"cmp"
	"encoding/json"
	"fmt"
	"testing"
)

// reading is what a lesson of the course is marked from: a run's measurements and
// its packets.
type reading struct {
	values   map[string]map[string]any // by measurement and transport
	verdicts map[string]string         // by claim
	tcp      []packet
}

// reading is that of the run in the lanes.
func (b *tab) reading() reading {
	b.Helper()
	var report struct {
		Experiments []struct {
			Measurements []struct {
				ID     string
				Values map[string]any
			}
		}
		Claims []struct{ ID, Verdict string }
	}
	b.must(json.Unmarshal([]byte(value[string](b, "JSON.stringify(lab.state.report)")), &report))
	r := reading{map[string]map[string]any{}, map[string]string{}, b.lane("tcp")}
	for _, m := range report.Experiments[0].Measurements {
		r.values[m.ID] = m.Values
	}
	for _, c := range report.Claims {
		r.verdicts[c.ID] = c.Verdict
	}
	return r
}

// number is a measured number.
func (r reading) number(id, transport string) float64 {
	n, _ := r.values[id][transport].(float64)
	return n
}

// among is the name beside the first bound above a value. The last name has none.
func among(v float64, bounds []float64, names ...string) string {
	for i, bound := range bounds {
		if v < bound {
			return names[i]
		}
	}
	return names[len(bounds)]
}

// sentAgain is how long TCP took to send its first lost segment again, in ms.
func (r reading) sentAgain() float64 {
	for _, lost := range r.tcp {
		if lost.Fate != "lost" || lost.Payload == 0 {
			continue
		}
		for _, p := range r.tcp {
			if p.Sent > lost.Sent && p.From == lost.From && p.Seq <= lost.Seq && lost.Seq < p.Seq+p.Payload {
				return p.Sent - lost.Sent
			}
		}
	}
	return 0
}

// course is every lesson, with the choices that fit what its two runs measured.
var course = []struct {
	id              string
	predict, change func(reading) string
}{
	{"handshake",
		func(r reading) string {
			return among(r.number("first_reply_rtts", "tcp"), []float64{1.5, 2.5, 3.5}, "one", "two", "three", "more")
		},
		func(r reading) string {
			return among(r.number("connect", "tcp"), []float64{30, 300, 3000}, "same", "trips", "second", "longer")
		}},
	{"stream",
		func(r reading) string {
			return among(r.number("reads", "tcp")-r.number("writes", "tcp"), []float64{-0.5, 0.5}, "fewer", "same", "more")
		},
		func(r reading) string {
			return among(r.number("largest", "udp"), []float64{1501, 65536}, "packet", "length", "none")
		}},
	{"loss",
		func(r reading) string {
			return among(r.number("delivered", "udp"), []float64{70, 86, 99.5}, "few", "eighty", "ninety", "all")
		},
		func(r reading) string {
			return among(r.number("delivered", "tcp"), []float64{60, 80, 99.5}, "half", "seventy", "most", "all")
		}},
	{"repair", reading.repaired, reading.repaired},
	{"order",
		func(r reading) string {
			return among(r.number("out_of_order", "udp"), []float64{0.5, 15, 40}, "none", "tenth", "third", "most")
		},
		func(r reading) string {
			return among(r.number("out_of_order", "udp"), []float64{0.5, 60, 99.5}, "none", "half", "most", "all")
		}},
	{"checksum",
		func(r reading) string {
			return among(r.number("damaged", "udp"), []float64{0.5, 7.5, 15}, "none", "five", "ten", "more")
		},
		func(r reading) string {
			return among(r.number("delivered", "udp"), []float64{50, 72, 88}, "third", "two-thirds", "eighty", "all")
		}},
	{"flow",
		func(r reading) string {
			return among(r.number("delivered", "udp"), []float64{5, 50, 99.5}, "none", "third", "most", "all")
		},
		func(r reading) string {
			return among(r.number("delivered", "udp"), []float64{20, 50}, "fewer", "same", "more")
		}},
	{"congestion",
		func(r reading) string {
			return among(r.number("queue_loss", "udp"), []float64{1, 25, 65}, "none", "tenth", "half", "most")
		},
		func(r reading) string {
			return among(r.number("goodput", "tcp"), []float64{1, 7, 9.3}, "little", "half", "nearly", "all")
		}},
	{"close",
		func(r reading) string {
			return among(r.number("packets_to_close", "tcp"), []float64{0.5, 2.5, 4.5}, "none", "two", "four", "more")
		},
		func(r reading) string {
			told := map[any]string{"refused": "refused", "told late": "late", "never told": "never"}
			return told[r.values["outcome_unconnected"]["udp"]]
		}},
	{"rate", reading.longer, reading.longer},
}

func (r reading) repaired() string {
	return among(r.sentAgain(), []float64{10, 60, 700}, "once", "trip", "timer", "second")
}

func (r reading) longer() string {
	times := r.number("transfer_100k", "tcp") / r.number("transfer_100k", "udp")
	return among(times, []float64{0.9, 1.2, 3}, "shorter", "same", "double", "more")
}

// TestCourse: a student walks through all ten lessons, in both languages, and every
// guess is marked from what was measured.
func TestCourse(t *testing.T) {
	address := site(t)
	for lang, w := range map[string]window{
		"en": {width: 1280, height: 800, still: true, language: "en"},
		"ko": {width: 400, height: 844, still: true, language: "ko"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel() // what takes time is the program in the page
			b := open(t, address+"#course=handshake&lang="+lang, w)
			for i, lesson := range course {
				b.until(fmt.Sprintf("document.getElementById('course').dataset.lesson === %q", lesson.id))
				b.walk(lang, lesson.predict, lesson.change)
				if i+1 < len(course) {
					b.click(hook("next-lesson"))
				}
			}
			b.click(hook("course-all"))
			if done := value[int](b, "document.querySelectorAll('[data-stage=done]').length"); done != len(course) {
				t.Errorf("%d lessons are done", done)
			}
			b.picture("course-"+lang+"-list", false)
		})
	}
}

// walk goes through the open lesson. In English the first choice is the guess, in
// Korean the last.
func (b *tab) walk(lang string, predict, change func(reading) string) {
	b.Helper()
	id := value[string](b, "document.getElementById('course').dataset.lesson")
	look := func(step string) { b.picture(fmt.Sprintf("course-%s-%s-%s", id, step, lang), false) }
	b.hidesAnswers()
	if value[bool](b, "Boolean(document.querySelector('#course :checked'))") {
		b.Errorf("%s: something is marked before the guess", id)
	}
	b.guess("predict", lang)
	look("1-predict")
	b.click(hook("course-guess"))
	look("2-run")
	b.click(hook("course-run"))
	b.until("document.querySelector('" + hook("step-see") + "')")
	b.Logf("%s: %s", id, b.text("status"))
	b.marked("predict", predict)
	look("3-see")
	b.sees("predict")
	b.click(hook("to-explain"))
	b.claims()
	look("4-explain")
	b.click(hook("to-change"))
	b.guess("change", lang)
	look("5-change")
	b.click(hook("change-run"))
	b.until("document.querySelector('" + hook("course-done") + "')")
	b.Logf("%s changed: %s", id, b.text("status"))
	b.marked("change", change)
	b.sees("change")
	look("6-done")
}

// hidesAnswers fails if a packet or a figure can be seen before the guess.
func (b *tab) hidesAnswers() {
	b.Helper()
	b.until("!document.getElementById('covered').hidden")
	for _, id := range []string{"lanes", "table"} {
		if value[bool](b, "document.getElementById('"+id+"').checkVisibility({visibilityProperty: true})") {
			b.Errorf("before the guess, %s can be seen", id)
		}
	}
}

// guess marks a choice.
func (b *tab) guess(part, lang string) {
	b.Helper()
	which := map[string]string{"en": "first-of-type", "ko": "last-of-type"}[lang]
	b.click(hook("question-"+part) + " label:" + which + " input")
}

// marked holds the marking of a part against the run that the page shows.
func (b *tab) marked(part string, fits func(reading) string) {
	b.Helper()
	mark := value[map[string]string](b, "({...document.querySelector('"+hook("mark-"+part)+"').dataset, "+
		"kind: document.querySelector('"+hook("mark-"+part)+"').className})")
	want := fits(b.reading())
	if want == "" || mark["fits"] != want {
		b.Errorf("%s: the page says that %q fits, want %q", part, mark["fits"], want)
	}
	kind := map[bool]string{true: "mark good", false: "mark bad"}[mark["guess"] == want]
	if mark["guess"] == "" || mark["kind"] != kind {
		b.Errorf("%s: the guess %q is %q, where %q fits", part, mark["guess"], mark["kind"], want)
	}
}

// sees follows every button that leads to a packet.
func (b *tab) sees(part string) {
	b.Helper()
	list := hook("sights-" + part)
	names := value[[]string](b, "[...document.querySelectorAll('"+list+" button')].map((one) => one.dataset.see)")
	all := value[int](b, "document.querySelectorAll('"+list+" li').length")
	if part == "predict" && (len(names) < all || all == 0) {
		b.Errorf("of %d things to look at, the run has only %v", all, names)
	}
	for _, name := range names {
		value[bool](b, "(document.querySelector('"+list+" [data-see="+name+"]').click(), true)")
		at := value[[3]float64](b, "[lab.state.selected.sent, lab.state.time, lab.state.selected.ends]")
		if at[1] < at[0] || at[1] > at[2] {
			b.Errorf("%s: the packet is under way from %v to %v ms, and the time is %v", name, at[0], at[2], at[1])
		}
	}
}

// claims holds the verdicts of the explanation against the report.
func (b *tab) claims() {
	b.Helper()
	b.until("document.querySelector('[data-claim]')")
	verdicts := b.reading().verdicts
	shown := value[[]map[string]string](b,
		"[...document.querySelectorAll('[data-claim]')].map((one) => ({...one.dataset}))")
	for _, one := range shown {
		want := cmp.Or(verdicts[one["claim"]], "untested") // the report has those of its own experiment alone
		if one["verdict"] != want {
			b.Errorf("claim %s is %q, want %q", one["claim"], one["verdict"], want)
		}
	}
}
