package page

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a server under test, at a port of its own.
func running(t *testing.T, lab Lab) (address string) {
	t.Helper()
	s := &Server{Config: Config{Networks: []string{"kernel"}}, Engine: []byte("engine"), Lab: lab}
	address, serve, err := s.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- serve(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return address
}

// ask is one request; headers are name and value in turn.
func ask(t *testing.T, address string, headers ...string) (code int, body string, header http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b), answer.Header
}

// TestGuard: whoever has not the token, or comes from elsewhere, gets nothing.
func TestGuard(t *testing.T) {
	address := running(t, nil)
	host := strings.Split(address, "/")[2]
	port := host[strings.Index(host, ":"):]
	for _, c := range []struct {
		name, address string
		headers       []string
		want          int
	}{
		{"the page", address, nil, http.StatusOK},
		{"a file of it", address + "world.js", nil, http.StatusOK},
		{"by the name of this computer", address, []string{"Host", "localhost" + port}, http.StatusOK},
		{"from the page itself", address, []string{"Origin", "http://" + host}, http.StatusOK},
		{"no such file", address + "secret", nil, http.StatusNotFound},
		{"no token", "http://" + host + "/", nil, http.StatusForbidden},
		{"a wrong token", address[:len(address)-2] + "x/", nil, http.StatusForbidden},
		{"a part of the token", address[:len(address)-2] + "/", nil, http.StatusForbidden},
		{"another host", address, []string{"Host", "evil.example"}, http.StatusForbidden},
		{"a name that ends in ours", address, []string{"Host", "localhost.evil.example" + port}, http.StatusForbidden},
		{"another origin", address, []string{"Origin", "http://evil.example"}, http.StatusForbidden},
		{"another port of this computer", address, []string{"Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
		{"a page without an origin", address, []string{"Origin", "null"}, http.StatusForbidden},
	} {
		code, _, header := ask(t, c.address, c.headers...)
		if code != c.want {
			t.Errorf("%s: %d, want %d", c.name, code, c.want)
		}
		if code == http.StatusOK && !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'self'") {
			t.Errorf("%s: the policy is %q", c.name, header.Get("Content-Security-Policy"))
		}
	}
}

// TestFiles: the server has its own configuration and engine, and a folder has them
// as files.
func TestFiles(t *testing.T) {
	address := running(t, nil)
	folder := filepath.Join(t.TempDir(), "site")
	if err := Write(folder, []byte("engine"), Config{Language: "ko"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		configFile: {`{"networks":["kernel"]}`, `{"networks":[],"language":"ko"}`},
		EngineFile: {"engine", "engine"},
	} {
		if _, body, _ := ask(t, address+name); body != want[0] {
			t.Errorf("%s is %q, want %q", name, body, want[0])
		}
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(b) != want[1] {
			t.Errorf("%s in the folder is %q, %v; want %q", name, b, err, want[1])
		}
	}
}

// TestRun: what a run writes comes as events, in order and whole.
func TestRun(t *testing.T) {
	address := running(t, func(_ context.Context, args []string, out Output) int {
		_, _ = io.WriteString(out.Events, `{"type":"start"}`+"\n"+`{"type":`)
		_, _ = io.WriteString(out.Results, "two\nlines")
		_, _ = io.WriteString(out.Events, `"end"}`+"\n")
		_, _ = io.WriteString(out.Errors, strings.Join(args, " "))
		return 1
	})
	code, body, header := ask(t, address+"run?arg=compare&arg=loss&arg=--loss&arg=20%25&events")
	want := "event: events\ndata: {\"type\":\"start\"}\n\nevent: results\ndata: \"two\\nlines\"\n\n" +
		"event: events\ndata: {\"type\":\"end\"}\n\nevent: errors\ndata: \"compare loss --loss 20%\"\n\n" +
		"event: exit\ndata: 1\n\n"
	if code != http.StatusOK || body != want || header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%d %s:\n%s\nwant\n%s", code, header.Get("Content-Type"), body, want)
	}
}

// TestRefused: the page runs what shows something, and touches no files.
func TestRefused(t *testing.T) {
	address := running(t, func(context.Context, []string, Output) int { t.Error("it ran"); return 0 })
	for query, says := range map[string]string{
		"": "compare", "arg=grade": "compare", "arg=serve&arg=tcp": "compare",
		"arg=compare&arg=--output&arg=x":   "--output",
		"arg=compare&arg=--pcap%3D/etc/x":  "--pcap",
		"arg=trace&arg=--read&arg=/etc/x":  "--read",
		"arg=compare&arg=--events%3D/etc":  "--events",
		"arg=compare&arg=--conditions%3Dx": "--conditions",
	} {
		if code, body, _ := ask(t, address+"run?"+query); code != http.StatusBadRequest || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s, want it refused", query, code, body)
		}
	}
}

// TestOneAfterTheOther: runs of two tabs do not overlap, and a page that goes away
// ends its run.
func TestOneAfterTheOther(t *testing.T) {
	var mu sync.Mutex
	at, most := 0, 0
	began := make(chan struct{}, 2)
	address := running(t, func(ctx context.Context, args []string, out Output) int {
		mu.Lock()
		at++
		most = max(most, at)
		mu.Unlock()
		began <- struct{}{}
		if out.Events != nil {
			fmt.Fprintln(out.Events, "{}")
		}
		if args[1] == "endless" {
			<-ctx.Done()
		}
		mu.Lock()
		at--
		mu.Unlock()
		return 0
	})
	ctx, leave := context.WithCancel(t.Context())
	endless, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"run?arg=compare&arg=endless&events", nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := http.DefaultClient.Do(endless)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Body.Close()
	if line, err := bufio.NewReader(first.Body).ReadString('\n'); err != nil || line != "event: events\n" {
		t.Fatalf("%q, %v", line, err)
	}
	<-began
	second := make(chan string, 1)
	go func() {
		_, body, _ := ask(t, address+"run?arg=compare&arg=short")
		second <- body
	}()
	select {
	case body := <-second:
		t.Errorf("the second run ended beside the first: %s", body)
	case <-time.After(50 * time.Millisecond):
	}
	leave()
	if body := <-second; !strings.HasSuffix(body, "event: exit\ndata: 0\n\n") || most != 1 {
		t.Errorf("%d runs at once; the second: %s", most, body)
	}
}

// TestEndsWithItsContext: Ctrl-C ends the server and the run that is under way.
func TestEndsWithItsContext(t *testing.T) {
	began := make(chan struct{})
	s := &Server{Lab: func(ctx context.Context, _ []string, _ Output) int { close(began); <-ctx.Done(); return 130 }}
	address, serve, err := s.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- serve(ctx) }()
	answered := make(chan string, 1)
	go func() {
		_, body, _ := ask(t, address+"run?arg=compare&arg=endless")
		answered <- body
	}()
	<-began
	stop()
	if body := <-answered; !strings.Contains(body, "event: exit\ndata: 130") {
		t.Errorf("the page heard %q", body)
	}
	http.DefaultClient.CloseIdleConnections()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestBusyPort: a port that is taken is an error that names it.
func TestBusyPort(t *testing.T) {
	taken := httptest.NewServer(nil)
	defer taken.Close()
	var port int
	if _, err := fmt.Sscanf(taken.Listener.Addr().String(), "127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	if _, _, err := (&Server{}).Listen(port); err == nil || !strings.Contains(err.Error(), fmt.Sprint(port)) {
		t.Errorf("%v, want an error that names port %d", err, port)
	}
}
