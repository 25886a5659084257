package browser

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAccessible: axe-core finds nothing serious, in both languages and schemes, wide
// and narrow.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("AXE_CORE"))
	if err != nil {
		t.Skipf("axe-core is not here (AXE_CORE names its file): %v", err)
	}
	address := site(t)
	for _, w := range looks {
		t.Run(w.name(), func(t *testing.T) {
			b := open(t, address+"#experiment=loss", w)
			b.idle(1)
			b.until("document.getElementById('question').innerText")
			b.check(string(axe))
			b.do(chromedp.Evaluate[chromedp.Void]("void (location.hash = 'course=close')"))
			b.step("predict")
			b.check(string(axe))
			b.click(hook("course-skip"))
			b.click(hook("course-run"))
			b.step("see")
			b.check(string(axe))
			b.click(hook("to-explain"))
			b.check(string(axe))
			b.click(hook("course-all"))
			b.check(string(axe))
		})
	}
}

// check lets axe-core, a program, look at the page as it is.
func (b *tab) check(axe string) {
	b.Helper()
	value[bool](b, axe+"\n; true")
	var violations []struct {
		ID, Impact, Help string
		Nodes            []struct{ HTML string }
	}
	b.must(json.Unmarshal([]byte(value[string](b,
		"axe.run().then((found) => JSON.stringify(found.violations))")), &violations))
	for _, v := range violations {
		if v.Impact == "serious" || v.Impact == "critical" {
			b.Errorf("%s: %s: %d times, such as %s", v.Impact, v.Help, len(v.Nodes), v.Nodes[0].HTML)
		}
	}
}

// looks are the ways in which the page must be good to look at.
var looks = []window{
	{width: 1280, height: 800, language: "en"},
	{width: 1280, height: 800, language: "ko", dark: true},
	{width: 390, height: 844, language: "en", dark: true},
	{width: 390, height: 844, language: "ko"},
}

func (w window) name() string {
	scheme := "light"
	if w.dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%d-%s-%s", w.width, scheme, w.language)
}

// TestLooks: the page fits its window, from side to side.
func TestLooks(t *testing.T) {
	address := site(t)
	for _, w := range looks {
		b := open(t, address+"#experiment=blocking", w)
		b.idle(1)
		b.click(hook("play"))
		value[bool](b, "(lab.seek(lab.state.duration / 3), "+drawn+")")
		if wide := value[int64](b, "document.documentElement.scrollWidth"); wide > w.width {
			t.Errorf("%s: the page is %d pixels wide", w.name(), wide)
		}
		b.picture("look-"+w.name(), false)
		b.picture("whole-"+w.name(), true)
	}
}

// TestSmooth measures how many frames a second a run of 500 messages is drawn with. It
// asserts that time goes on evenly and leaves the figure to the log: how fast a
// machine draws is its own.
func TestSmooth(t *testing.T) {
	b := open(t, site(t)+"#experiment=loss&messages=500", usual)
	b.idle(1)
	packets := value[int](b, "lab.state.packets.tcp.length + lab.state.packets.udp.length")
	b.until("lab.state.playing")
	time.Sleep(2 * time.Second)
	frames, at := value[int](b, "lab.state.frames"), b.time()
	time.Sleep(3 * time.Second)
	rate := float64(value[int](b, "lab.state.frames")-frames) / 3
	t.Logf("%d packets, %.0f frames a second", packets, rate)
	if b.time() <= at || rate < 10 {
		t.Errorf("it plays from %v to %v ms with %.0f frames a second", at, b.time(), rate)
	}
}

// TestFirstRun measures how long it takes until a first run can be seen.
func TestFirstRun(t *testing.T) {
	address := site(t)
	began := time.Now()
	b := open(t, address, usual)
	b.idle(1)
	seen := time.Since(began)
	inPage := value[float64](b, "performance.now()")
	t.Logf("a first run is seen %.1f s after loading (%.1f s with the start of the browser)", inPage/1000, seen.Seconds())
	if packets := b.lane("tcp"); len(packets) == 0 {
		t.Error("the first run shows no packet")
	}
	if sized := value[string](b, "performance.getEntriesByType('resource').map((r) => r.name).join(' ')"); strings.Contains(sized, "//cdn") {
		t.Errorf("the page loaded %s", sized)
	}
}

// mostEngine is how large the program in the page may be, gzipped.
const mostEngine = 4_500_000

// TestEngineIsSmall: whoever opens the page loads the program first.
func TestEngineIsSmall(t *testing.T) {
	packed, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var small bytes.Buffer
	w, err := gzip.NewWriterLevel(&small, gzip.BestCompression) // as make site packs it
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("the program in the page has %d bytes", small.Len())
	if small.Len() > mostEngine {
		t.Errorf("that is more than %d", mostEngine)
	}
}
