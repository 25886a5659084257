package browser

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"echolab/lab/page"
)

// command is the program lab for this computer, built once for all tests.
var command = sync.OnceValues(func() (string, error) {
	file := filepath.Join(shared, "lab")
	said, err := exec.Command("go", "build", "-o", file, "echolab/cmd/lab").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build the lab: %w: %s", err, said)
	}
	return file, err
})

// lab runs the program lab, and returns what it prints.
func lab(t *testing.T, args ...string) []byte {
	t.Helper()
	browser(t) // without one there is nobody to build it for
	program, err := command()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lab %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// found is what a run measured.
type found struct {
	Experiments []struct {
		ID           string `json:"id"`
		Measurements []any  `json:"measurements"`
	} `json:"experiments"`
}

// TestTheSameFigures: what the page measures is what the command that it shows
// measures here, to the last digit.
func TestTheSameFigures(t *testing.T) {
	b := open(t, site(t), usual)
	for i, experiment := range []string{"setup", "loss", "blocking", "congestion"} {
		if i > 0 {
			b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("void (location.hash = 'experiment=%s&messages=30&seed=7')", experiment)))
		}
		b.idle(i + 1)
		shown := strings.Fields(b.text("command"))
		if shown[0] != "lab" || shown[2] != experiment {
			t.Fatalf("the page shows the command %q", shown)
		}
		var here, there found
		b.must(json.Unmarshal(lab(t, append(shown[1:], "--format", "json")...), &here))
		b.must(json.Unmarshal([]byte(value[string](b, "JSON.stringify(lab.state.report)")), &there))
		if diff := cmp.Diff(here, there); diff != "" {
			t.Errorf("%s (-here +page):\n%s", experiment, diff)
		}
		if table := b.text("table"); !strings.Contains(table, "TCP") || !strings.Contains(table, "✓") {
			t.Errorf("%s: the table shows %q", experiment, table)
		}
		b.picture("run-"+experiment, true)
	}
}

// packet is a packet in a lane.
type packet struct {
	From           string   `json:"from"`
	Number         int      `json:"number"`
	Sent           float64  `json:"sent"`
	Delivered      *float64 `json:"delivered"`
	Seq            int      `json:"seq"`
	Payload        int      `json:"payload"`
	Fate           string   `json:"fate"`
	Retransmission bool     `json:"retransmission"`
}

// lane are the packets of a transport that the page shows.
func (b *tab) lane(transport string) (packets []packet) {
	b.Helper()
	b.must(json.Unmarshal([]byte(value[string](b, "JSON.stringify(lab.state.packets."+transport+")")), &packets))
	return packets
}

// killable is the first packet of the client with data that arrives.
func killable(t *testing.T, packets []packet) packet {
	t.Helper()
	for _, p := range packets {
		if p.From == "client" && p.Payload > 0 && p.Delivered != nil {
			return p
		}
	}
	t.Fatal("no data of the client arrives")
	return packet{}
}

// drawn is true when the page has drawn what it was told.
const drawn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"

// aboutTheSameTime takes times for equal that differ by some looks at the clock, a
// tenth of a microsecond each: a job with one more drop is a longer text to read.
var aboutTheSameTime = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 0.01 })

// TestKill: a click on a packet in flight drops it; all before it stays as it was, TCP
// sends it again, and restoring it brings the first run back.
func TestKill(t *testing.T) {
	b := open(t, site(t)+"#experiment=loss&loss=0&messages=10", usual)
	b.idle(1)
	before := b.lane("tcp")
	victim := killable(t, before)
	b.click(hook("play")) // it pauses
	middle := (victim.Sent + *victim.Delivered) / 2
	value[bool](b, fmt.Sprintf("(lab.seek(%v), %s)", middle, drawn))
	at := value[[2]float64](b, fmt.Sprintf("lab.place('tcp', 'client', %d)", victim.Number))
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	b.until("document.querySelector('" + hook("lane-tcp") + "').title.includes('RFC 9293 section 3.8')")
	b.picture("kill-1-aim", false)
	b.do(chromedp.MouseClickXY(at[0], at[1]))
	b.idle(2)
	after := b.lane("tcp")
	b.picture("kill-2-dropped", false)
	for i, p := range before {
		if p.Sent >= victim.Sent {
			break
		}
		if diff := cmp.Diff(p, after[i], aboutTheSameTime); diff != "" {
			t.Errorf("packet %d, before the one that was killed, has changed:\n%s", i, diff)
		}
	}
	killed, again := 0, 0
	for _, p := range after {
		switch {
		case p.From == "client" && p.Number == victim.Number && p.Fate == "lost":
			killed++
		case p.From == "client" && p.Retransmission && p.Seq <= victim.Seq && p.Seq+p.Payload > victim.Seq:
			again++
		}
	}
	if killed != 1 || again == 0 {
		t.Errorf("%d packets killed, sent again %d times", killed, again)
	}
	if !strings.Contains(b.text("command"), fmt.Sprintf("--drop client:%d", victim.Number)) {
		t.Errorf("the command is %q", b.text("command"))
	}
	b.click(hook("drops") + " button")
	b.idle(3)
	if diff := cmp.Diff(before, b.lane("tcp")); diff != "" {
		t.Errorf("restored, the run is another one:\n%s", diff)
	}
}

func (b *tab) click(selector string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// time is where the player is, in ms.
func (b *tab) time() float64 { return value[float64](b, "lab.state.time") }

// TestPlayer: buttons and keys play, pause and step.
func TestPlayer(t *testing.T) {
	b := open(t, site(t)+"#experiment=setup", usual)
	b.idle(1)
	b.until("lab.state.playing && lab.state.time > 0")
	b.click(hook("play"))
	b.until("!lab.state.playing")
	at := b.time()
	time.Sleep(200 * time.Millisecond)
	if now := b.time(); now != at {
		t.Errorf("paused at %v ms, now at %v", at, now)
	}
	b.do(chromedp.Focus(chromedp.CSS(hook("lane-tcp"))))
	b.key(kb.Home)
	if b.time() != 0 {
		t.Errorf("Home leads to %v ms", b.time())
	}
	var steps []float64
	for range 3 {
		b.key(kb.ArrowRight)
		steps = append(steps, b.time())
	}
	if !(0 < steps[0] && steps[0] < steps[1] && steps[1] < steps[2]) {
		t.Errorf("steps lead to %v ms", steps)
	}
	b.click(hook("back"))
	if b.time() != steps[1] {
		t.Errorf("back leads to %v ms, want %v", b.time(), steps[1])
	}
	b.key(kb.End)
	if end := value[float64](b, "lab.state.duration"); b.time() != end {
		t.Errorf("End leads to %v ms of %v", b.time(), end)
	}
	b.click(hook("play")) // from the beginning again
	b.until("lab.state.playing")
}

// TestKeyboard: a packet is chosen, read and killed without a mouse.
func TestKeyboard(t *testing.T) {
	b := open(t, site(t)+"#experiment=loss&messages=5", window{width: 1280, height: 800, still: true, language: "en"})
	b.idle(1)
	if value[bool](b, "lab.state.playing") {
		t.Error("it plays, although motion is not wanted")
	}
	b.do(chromedp.Focus(chromedp.CSS(hook("lane-udp"))))
	b.key(kb.Home)
	b.key(kb.ArrowDown)
	b.until("lab.state.selected")
	chosen := value[int](b, "lab.state.selected.number")
	b.key(kb.Delete)
	b.idle(2)
	if drops := b.text("drops"); !strings.Contains(drops, fmt.Sprint(chosen)) {
		t.Errorf("packet %d is not among the drops: %q", chosen, drops)
	}
}

// TestLanguage: the page speaks the language of the browser, and the one that is chosen.
func TestLanguage(t *testing.T) {
	b := open(t, site(t), window{width: 1280, height: 800, language: "ko"})
	b.idle(1)
	if lang := value[string](b, "document.documentElement.lang"); lang != "ko" {
		t.Errorf("the page is in %q", lang)
	}
	b.until("document.getElementById('question').innerText")
	for _, name := range []string{"run", "table", "status", "experiment"} {
		if text := b.text(name); !hangul(text) {
			t.Errorf("%s says %q", name, text)
		}
	}
	b.picture("korean", true)
	b.choose("language", "en")
	b.idle(2)
	for _, name := range []string{"run", "table", "status"} {
		if text := b.text(name); hangul(text) {
			t.Errorf("in English, %s says %q", name, text)
		}
	}
}

func hangul(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return 0xac00 <= r && r <= 0xd7a3 })
}

// TestTerminal: the command line in the page prints what the program prints.
func TestTerminal(t *testing.T) {
	b := open(t, site(t), usual)
	b.idle(1)
	for _, c := range []struct{ line, want string }{
		{"explain loss", string(lab(t, "explain", "loss", "--lang", "en"))},
		{"compare nothing --lang en", `unknown experiment "nothing"`},
		{"grade echo-tcp --addr :1", "a web page has none"},
		{"compare loss --network kernel", "simulated"},
	} {
		b.do(chromedp.SendKeys(chromedp.CSS(hook("terminal-input")), c.line+kb.Enter))
		b.until(fmt.Sprintf(`document.querySelector('%s').innerText.includes(%q)`, hook("terminal-output"), c.line))
		b.until("document.getElementById('terminal-stop').disabled")
		printed := strings.Join(strings.Fields(b.text("terminal-output")), " ")
		if !strings.Contains(printed, strings.Join(strings.Fields(c.want), " ")) {
			t.Errorf("%s prints %q, want %q", c.line, printed, c.want)
		}
	}
}

// TestBadAddress: conditions that cannot act, or make no sense, are one sentence.
func TestBadAddress(t *testing.T) {
	address := site(t)
	for hash, says := range map[string]string{
		"experiment=loss&loss=lots":      "lots",
		"experiment=nothing":             "nothing",
		"experiment=setup&jitter=-3":     "jitter",
		"experiment=blocking&loss=10%25": "--loss cannot act in blocking",
		"experiment=setup&colour=blue":   "colour",
	} {
		b := open(t, address+"#"+hash, usual)
		b.until("globalThis.lab?.state.runId >= 1 && !lab.state.busy")
		whole := b.text("status") + value[string](b, "document.getElementById('messages-of-run').innerText")
		if !strings.Contains(whole, says) {
			t.Errorf("%s: the page says %q", hash, whole)
		}
	}
}

// TestNoEngine: where the program is missing or broken, or the browser has no workers,
// the page says so in a sentence.
func TestNoEngine(t *testing.T) {
	for name, c := range map[string]struct {
		engine, before, says string
	}{
		"missing":    {"", "", "engine.wasm.gz"},
		"broken":     {"no program", "", "did not load"},
		"no workers": {"no program", "delete globalThis.Worker", "Worker"},
	} {
		folder := t.TempDir()
		b := open(t, "about:blank", usual)
		b.must(page.Write(folder, []byte(c.engine), page.Config{}))
		if c.engine == "" {
			b.must(os.Remove(filepath.Join(folder, page.EngineFile)))
		}
		server := httptest.NewServer(http.FileServer(http.Dir(folder)))
		t.Cleanup(server.Close)
		b.origin = server.URL
		if c.before != "" {
			call(b, devtools.AddScriptToEvaluateOnNewDocument, devtools.AddScriptToEvaluateOnNewDocumentParams{Source: c.before})
		}
		b.do(chromedp.Navigate(server.URL))
		b.until(fmt.Sprintf("document.querySelector('%s').innerText.length > 30", hook("status")))
		if status := b.text("status"); !strings.Contains(status, c.says) {
			t.Errorf("%s: the page says %q", name, status)
		}
		b.forgive() // that the file is missing, the browser itself complains of
	}
}

// TestAxisLabels: figures on axes have the units of the field.
func TestAxisLabels(t *testing.T) {
	b := open(t, site(t), usual)
	for _, c := range []struct{ figure, want string }{
		{"0, 'ms'", "0 ms"}, {"999, 'ms'", "999 ms"}, {"1500, 'ms'", "1.5 s"}, {"60000, 'ms'", "60 s"},
		{"1448, 'B'", "1.448 kB"}, {"2500000, 'B'", "2.5 MB"}, {"40, ''", "40"},
	} {
		if got := value[string](b, "import('./charts.js').then((m) => m.short("+c.figure+"))"); got != c.want {
			t.Errorf("%s is written %q, want %q", c.figure, got, c.want)
		}
	}
}
