package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"echolab/lab/networks/simulated"
	"echolab/lab/page"
)

// patience bounds every wait for the page. Nothing takes so long that works.
const patience = 2 * time.Minute

// engine is the program in the page, built once for all tests.
var engine = sync.OnceValues(func() ([]byte, error) {
	var m simulated.Machine
	return m.Program(context.Background())
})

// site is the page on a plain file server.
func site(t *testing.T) (address string) {
	t.Helper()
	browser(t) // without one there is nobody to build it for
	program, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := page.Write(folder, program, page.Config{}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// window is how the page is looked at.
type window struct {
	width, height int64
	dark, still   bool
	language      string
}

var usual = window{width: 1280, height: 800, language: "en"}

// tab is the page in the browser.
type tab struct {
	*testing.T
	ctx    context.Context
	origin string

	mu         sync.Mutex
	complaints []string // of the console
	strangers  []string // addresses of other hosts that were asked for
}

// browser is where Chromium is.
func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium here")
	return ""
}

// open opens an address in a browser of its own.
func open(t *testing.T, address string, w window) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser(t)), chromedp.NoSandbox, chromedp.Flag("headless", "new"),
		chromedp.Flag("lang", w.language), chromedp.Flag("accept-lang", w.language),
		chromedp.WindowSize(int(w.width), int(w.height)), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // nothing leaves this computer
		chromedp.WSURLReadTimeout(patience),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{T: t, origin: originOf(address)}
	b.start(ctx, w)
	b.do(chromedp.Navigate(address))
	t.Cleanup(b.clean)
	return b
}

// another opens an address in another tab of the same browser.
func (b *tab) another(address string, w window) *tab {
	b.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.Cleanup(cancel)
	other := &tab{T: b.T, origin: originOf(address)}
	other.start(ctx, w)
	other.do(chromedp.Navigate(address))
	return other
}

func originOf(address string) string { return strings.Join(strings.SplitN(address, "/", 4)[:3], "/") }

// start opens the tab, and listens to what goes wrong.
func (b *tab) start(ctx context.Context, w window) {
	b.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	b.Cleanup(cancel)
	b.ctx = ctx
	b.must(chromedp.Listen(ctx, b.hear))
	call(b, log.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	call(b, runtime.Enable, cdp.Empty{})
	b.look(w)
}

// look sets up how the page is looked at.
func (b *tab) look(w window) {
	b.Helper()
	scheme, motion := "light", "no-preference"
	if w.dark {
		scheme = "dark"
	}
	if w.still {
		motion = "reduce"
	}
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: w.width, Height: w.height, DeviceScaleFactor: 1, Mobile: w.width < 500,
	})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
	}})
}

// call sends the browser a command.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, command, params)
	b.must(err)
}

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// hear notes complaints of the console, and requests that leave the host.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.complaints = append(b.complaints, fmt.Sprintf("%s %s", e.Type, e.Args[0].Value))
		}
	case *network.EventRequestWillBeSent:
		u := e.Request.URL
		if !strings.HasPrefix(u, b.origin+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			b.strangers = append(b.strangers, u)
		}
	}
}

// clean fails the test where something went wrong that nobody saw.
func (b *tab) clean() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, complaint := range b.complaints {
		b.Errorf("the console says: %s", complaint)
	}
	for _, stranger := range b.strangers {
		b.Errorf("the page asked for %s", stranger)
	}
}

// forgive forgets what the console has complained of.
func (b *tab) forgive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = nil
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, steps...))
}

// value is what an expression of the page gives.
func value[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until an expression of the page is true.
func (b *tab) until(expression string) {
	b.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("!!("+expression+")", chromedp.WithPollingTimeout(patience)))
	if err != nil {
		b.Fatalf("wait for %s: %v; the page says %q", expression, err,
			value[string](b, `document.querySelector("[data-test=status]")?.textContent`))
	}
}

// idle waits until run number n has ended.
func (b *tab) idle(n int) {
	b.Helper()
	b.until(fmt.Sprintf("globalThis.lab?.state.runId >= %d && !lab.state.busy", n))
}

// hook is the selector of an element that tests know.
func hook(name string) string { return `[data-test="` + name + `"]` }

// text is what an element says.
func (b *tab) text(name string) string {
	b.Helper()
	return value[string](b, fmt.Sprintf("document.querySelector('%s').innerText", hook(name)))
}

// key presses a key.
func (b *tab) key(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// picture keeps a screenshot where LAB_SCREENSHOTS names a folder.
func (b *tab) picture(name string, full bool) {
	b.Helper()
	folder := os.Getenv("LAB_SCREENSHOTS")
	if folder == "" {
		return
	}
	action := chromedp.CaptureScreenshot()
	if full {
		action = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(b.ctx, action)
	b.must(err)
	b.must(os.WriteFile(filepath.Join(folder, name+".png"), png, 0o666))
}
