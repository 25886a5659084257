package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Output takes what a run writes. Its writers may be used side by side.
type Output struct {
	Results, Errors io.Writer
	Events          io.Writer // nil where nobody wants them
}

// commands are those of the lab that the page may run here, and fileFlags their
// flags that read or write files of this computer: the page may use none.
var (
	commands  = []string{"compare", "trace", "list", "explain"}
	fileFlags = []string{"--output", "--pcap", "--events", "--conditions", "--read"}
)

// run runs the lab with the arguments of the query, one "arg" each, and streams what
// it writes as server-sent events: "events" (a line of lab.events/1, where the query
// has "events"), "results" and "errors" (a piece of text as a JSON string), and at the
// end "exit" (the code).
// The run ends when the page goes away.
func (s *Server) run(w http.ResponseWriter, r *http.Request) {
	args := r.URL.Query()["arg"]
	if err := allowed(args); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-r.Context().Done():
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	stream := &stream{to: w, flush: http.NewResponseController(w).Flush}
	out := Output{Results: piece{stream, "results"}, Errors: piece{stream, "errors"}}
	if r.URL.Query().Has("events") {
		out.Events = &lines{stream: stream}
	}
	code := s.Lab(r.Context(), args, out)
	stream.send("exit", fmt.Append(nil, code))
}

// allowed refuses what a page need not run here.
func allowed(args []string) error {
	if len(args) == 0 || !slices.Contains(commands, args[0]) {
		return fmt.Errorf("the page runs here only %s", strings.Join(commands, ", "))
	}
	for _, arg := range args {
		if name, _, _ := strings.Cut(arg, "="); slices.Contains(fileFlags, name) {
			return fmt.Errorf("the page may not use files of this computer: %s", name)
		}
	}
	return nil
}

// stream is a stream of server-sent events (HTML standard, section 9.2).
type stream struct {
	mu    sync.Mutex
	to    io.Writer
	flush func() error
}

// send sends one event. That the page has gone away ends the run by its context.
func (s *stream) send(event string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(s.to, "event: %s\ndata: %s\n\n", event, data)
	_ = s.flush()
}

// piece sends every piece of text that is written to it.
type piece struct {
	*stream
	event string
}

func (p piece) Write(text []byte) (int, error) {
	data, err := json.Marshal(string(text))
	if err != nil {
		return 0, err
	}
	p.send(p.event, data)
	return len(text), nil
}

// lines sends every whole line that is written to it.
type lines struct {
	*stream
	rest []byte
}

func (l *lines) Write(text []byte) (int, error) {
	l.rest = append(l.rest, text...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		l.send("events", line)
		l.rest = rest
	}
}
