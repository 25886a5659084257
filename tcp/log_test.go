package tcp_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"echolab/tcp"
)

// journal keeps what a server logs.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

// contains says whether one line has both words.
func (j *journal) contains(what, who string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for line := range strings.Lines(j.text.String()) {
		if strings.Contains(line, what) && strings.Contains(line, who) {
			return true
		}
	}
	return false
}

// TestLog: the server names its clients' addresses and ports.
func TestLog(t *testing.T) {
	var log journal
	s := serve(t, tcp.ServerOptions{Log: slog.New(slog.NewTextHandler(&log, nil))})
	c := dial(t, s, tcp.ClientOptions{})
	echo(t, c, "hello")
	c.Close()
	for _, what := range []string{"client connected", "client disconnected"} {
		eventually(t, what, func() bool { return log.contains(what, c.LocalAddr().String()) })
	}
}

// TestLogTellsWhy: of clients that the server itself sends away, the log gives
// its reason, and not the timeout by which it ends their reads.
func TestLogTellsWhy(t *testing.T) {
	var log journal
	o := tcp.ServerOptions{Log: slog.New(slog.NewTextHandler(&log, nil))}
	s := serve(t, o)
	staying := dial(t, s, tcp.ClientOptions{})
	echo(t, staying, "hello")
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.IdleTimeout = 20 * time.Millisecond
	idle := dial(t, serve(t, o), tcp.ClientOptions{})
	for who, why := range map[string]string{staying.LocalAddr().String(): "the server stops", idle.LocalAddr().String(): "idle for too long"} {
		eventually(t, why, func() bool { return log.contains(why, who) })
	}
}
