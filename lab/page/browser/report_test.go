package browser

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"echolab/lab/events"
)

// made is a file that the program has made, as an address.
func made(t *testing.T, args ...string) (address string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	lab(t, append(args, "--output", file)...)
	return "file://" + file
}

// shows opens a file, and waits until it shows packets.
func shows(t *testing.T, address string, w window) *tab {
	t.Helper()
	b := open(t, address, w)
	b.until("globalThis.lab?.state.shown")
	value[bool](b, drawn)
	return b
}

// asks are the addresses that the page has asked for since it was loaded.
func (b *tab) asks() string {
	b.Helper()
	return value[string](b, "performance.getEntriesByType('resource').map((r) => r.name).join(' ')")
}

// TestReport: the file of a comparison opens from disk, asks for nothing, plays, and
// tells of packets.
func TestReport(t *testing.T) {
	b := shows(t, made(t, "compare", "setup", "loss", "ordering", "--network", "simulated", "--lang", "en"), usual)
	if packets := b.lane("tcp"); len(packets) < 5 {
		t.Errorf("the first experiment shows %d packets", len(packets))
	}
	b.choose("experiment", "events-loss")
	b.until("lab.state.shown === 'events-loss'")
	packets := b.lane("tcp")
	if len(packets) < 1000 {
		t.Errorf("loss shows %d packets", len(packets))
	}
	value[bool](b, "(lab.seek(0), true)")
	b.click(hook("play"))
	b.until("lab.state.time > 0 && lab.state.playing")
	b.click(hook("play"))
	first := killable(t, packets)
	value[bool](b, fmt.Sprintf("(lab.seek(%v), %s)", *first.Delivered+0.1, drawn))
	b.do(chromedp.Focus(chromedp.CSS(hook("lane-tcp"))))
	b.key(kb.ArrowDown)
	b.until("lab.state.selected")
	if told := value[string](b, "document.getElementById('details').innerText"); !strings.Contains(told, "RFC") {
		t.Errorf("of a packet it tells %q", told)
	}
	if has := value[bool](b, "document.querySelector('[data-test=kill]') !== null"); has {
		t.Error("a file offers to kill a packet")
	}
	if asked := b.asks(); asked != "" {
		t.Errorf("it asks for %s", asked)
	}
	b.choose("experiment", "events-ordering")
	b.until("lab.state.shown === 'events-ordering'")
	if n := len(b.lane("tcp")); n != events.MostPackets {
		t.Errorf("a long conversation has %d packets in the file", n)
	}
	said := value[string](b, "document.querySelector('.lane.tcp .caption').innerText")
	if want := fmt.Sprintf("The first %d of ", events.MostPackets); !strings.HasPrefix(said, want) {
		t.Errorf("of a long conversation it says %q, want %q", said, want)
	}
	value[bool](b, "(document.querySelectorAll('.chart details').forEach((one) => one.open = true), "+drawn+")")
	const last = "[...[...document.querySelectorAll('.chart')].at(-1).querySelector('.scrolls tbody').lastChild.children]"
	cells := value[[]string](b, last+".map((cell) => cell.innerText)")
	if len(cells) != 3 || cells[1] != "" || cells[2] == "" {
		t.Errorf("of what was delivered the last row is %q: TCP's is not known, UDP's is", cells)
	}
	b.picture("report-compare", false)
	b.picture("report-compare-whole", true)
}

// TestTraceFile: packets that were traced, and those of a capture with a hostile name,
// are shown in a file.
func TestTraceFile(t *testing.T) {
	b := shows(t, made(t, "trace", "--network", "simulated", "--lang", "ko"), usual)
	if tcp, udp := len(b.lane("tcp")), len(b.lane("udp")); tcp != 11 || udp != 2 {
		t.Errorf("one echo shows %d and %d packets, want 11 and 2", tcp, udp)
	}
	b.picture("report-trace", true)
	capture := filepath.Join(t.TempDir(), "<img src=x onerror=document.title=1>.pcapng")
	lab(t, "compare", "blocking", "--network", "simulated", "--messages", "50", "--pcap", capture)
	b = shows(t, made(t, "trace", "--read", capture, "--lang", "en"), usual)
	if tcp, udp := len(b.lane("tcp")), len(b.lane("udp")); tcp < 50 || udp < 50 {
		t.Errorf("a capture shows %d and %d packets", tcp, udp)
	}
	for _, transport := range []string{"tcp", "udp"} {
		counts := value[string](b, "document.querySelector('.lane."+transport+" .counts').innerText")
		if !strings.Contains(counts, " 1 lost") { // the one that the capture says was dropped
			t.Errorf("%s of a capture: %s", transport, counts)
		}
	}
	if said := value[string](b, "document.body.innerText"); strings.Contains(said, "undefined") {
		t.Errorf("the file says undefined in\n%s", said)
	}
	if title := value[string](b, "document.title"); title != capture {
		t.Errorf("the title is %q, want %q", title, capture)
	}
	if value[bool](b, "document.querySelector('img, iframe, object, link') !== null") {
		t.Error("the name of a capture makes elements")
	}
	b.picture("report-capture", true)
}

// TestHostileEvents: what a stream of events tells stays text.
func TestHostileEvents(t *testing.T) {
	file := strings.TrimPrefix(made(t, "compare", "setup", "--network", "simulated", "--lang", "en"), "file://")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const evil = `<img src=x onerror=alert(1)><script>alert(2)</script>`
	start := bytes.Index(page, []byte(`id="events-setup">`)) + len(`id="events-setup">`)
	end := start + bytes.IndexByte(page[start:], '<')
	stream := string(unpacked(t, page[start:end]))
	for _, field := range []string{"note", "caption", "client", "fate", "protocol", "reference", "cause"} {
		stream = regexp.MustCompile(`"`+field+`":"[^"]*"`).ReplaceAllString(stream, fmt.Sprintf(`"%s":%q`, field, evil))
	}
	changed := slices.Concat(page[:start], repacked(t, []byte(stream)), page[end:])
	if err := os.WriteFile(file, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	b := shows(t, "file://"+file, usual)
	value[bool](b, "(document.querySelectorAll('.packets').forEach((one) => one.open = true), "+drawn+")")
	b.do(chromedp.Focus(chromedp.CSS(hook("lane-tcp"))))
	b.key(kb.ArrowDown)
	b.until("lab.state.selected")
	if !strings.Contains(value[string](b, "document.body.innerText"), evil) {
		t.Error("the hostile words are not shown")
	}
	if value[bool](b, "document.querySelector('img') !== null") {
		t.Error("the hostile words have become elements")
	}
}

// unpacked is what an element of a file holds.
func unpacked(t *testing.T, packed []byte) []byte {
	t.Helper()
	zip, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// repacked is how an element of a file holds it.
func repacked(t *testing.T, content []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(base64.StdEncoding.EncodeToString(packed.Bytes()))
}

// wordless matches keys of the page's words, which stand where one has no words.
const wordless = `/\b(lanes?|list|legend|player|details|packet|fate|charts?|series|failure|table)\.[a-z]\w*/g`

// TestReportLooks: the file fits its window in both languages and schemes, wide and
// narrow.
func TestReportLooks(t *testing.T) {
	files := map[string]string{}
	for _, w := range looks {
		if files[w.language] == "" {
			files[w.language] = made(t,
				"compare", "blocking", "congestion", "--network", "simulated", "--claims", "--lang", w.language)
		}
		b := shows(t, files[w.language], w)
		if wide := value[int64](b, "document.documentElement.scrollWidth"); wide > w.width {
			t.Errorf("%s: the file is %d pixels wide", w.name(), wide)
		}
		value[bool](b, "(document.querySelectorAll('details').forEach((one) => one.open = true), "+drawn+")")
		if keys := value[string](b, "(document.body.innerText.match("+wordless+") ?? []).join()"); keys != "" {
			t.Errorf("%s: there are no words for %s", w.name(), keys)
		}
		b.picture("report-"+w.name(), false)
		b.picture("report-whole-"+w.name(), true)
	}
}

// TestReportOnPaper: what is printed has tables and explanations, and nothing to play.
func TestReportOnPaper(t *testing.T) {
	b := shows(t, made(t, "compare", "setup", "--network", "simulated", "--lang", "en"), usual)
	const seen = "(selector) => document.querySelector(selector).checkVisibility()"
	for selector, onScreen := range map[string]bool{
		"#viewer": true, ".player": true, "#results table": true, "#lessons ol": false,
	} {
		if got := value[bool](b, fmt.Sprintf("(%s)(%q)", seen, selector)); got != onScreen {
			t.Errorf("%s is on the screen: %v", selector, got)
		}
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	b.until("document.querySelector('#lessons ol').checkVisibility()")
	for selector, onPaper := range map[string]bool{
		"#viewer": false, ".player": false, "#results table": true, "#lessons ol": true, "#made table": true,
	} {
		if got := value[bool](b, fmt.Sprintf("(%s)(%q)", seen, selector)); got != onPaper {
			t.Errorf("%s is on paper: %v", selector, got)
		}
	}
	b.picture("report-paper", true)
}

// TestReportAccessible: axe-core finds nothing serious in a file.
func TestReportAccessible(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("AXE_CORE"))
	if err != nil {
		t.Skipf("axe-core is not here (AXE_CORE names its file): %v", err)
	}
	for _, w := range looks {
		b := shows(t, made(t, "compare", "setup", "loss", "--network", "simulated", "--lang", w.language), w)
		var violations []struct {
			ID, Impact, Help string
			Nodes            []struct{ HTML string }
		}
		value[bool](b, string(axe)+"\n; true")
		b.must(json.Unmarshal([]byte(value[string](b,
			"axe.run().then((found) => JSON.stringify(found.violations))")), &violations))
		for _, v := range violations {
			if v.Impact == "serious" || v.Impact == "critical" {
				t.Errorf("%s: %s: %s: %d times, such as %s", w.name(), v.Impact, v.Help, len(v.Nodes), v.Nodes[0].HTML)
			}
		}
	}
}
