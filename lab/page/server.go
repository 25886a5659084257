package page

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Lab runs the program lab with arguments until it ends or ctx does, and returns its
// exit code. It writes what it prints to out.
type Lab func(ctx context.Context, args []string, out Output) int

// Server shows the page on this computer. Its fields are set before Serve.
type Server struct {
	Config Config
	Engine []byte // the program lab for WebAssembly, gzipped
	Lab    Lab

	turn chan struct{} // whoever runs something holds it: runs side by side would disturb each other
}

// Listen opens a port of this computer, a free one for port 0, and returns the address
// of the page with its token, and what serves it.
func (s *Server) Listen(port int) (address string, serve func(context.Context) error, err error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(port)))
	if err != nil {
		return "", nil, err
	}
	token := newToken()
	handler, err := s.handler(token)
	if err != nil {
		return "", nil, errors.Join(err, l.Close())
	}
	serve = func(ctx context.Context) error { return serveUntil(ctx, l, handler) }
	return "http://" + l.Addr().String() + "/" + token + "/", serve, nil
}

// headersWithin is how long a client may take to ask.
const headersWithin = 10 * time.Second

// grace is how long runs that were told to end may take to do so.
const grace = 800 * time.Millisecond

// serveUntil serves until ctx ends, which ends all runs, too, and waits for these.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headersWithin, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if err := server.Shutdown(patience); err != nil {
			_ = server.Close() // the run that does not end goes with this process
		}
		stopped <- nil
	})
	err := server.Serve(l)
	if stop() {
		return fmt.Errorf("serve the page: %w", err) // it ended by itself
	}
	return <-stopped
}

// handler answers everything that the page asks for.
func (s *Server) handler(token string) (http.Handler, error) {
	s.turn = make(chan struct{}, 1)
	config, err := configuration(s.Config)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files()))
	mux.Handle("GET /"+configFile, content(configFile, config))
	mux.Handle("GET /"+EngineFile, content(EngineFile, s.Engine))
	mux.HandleFunc("GET /run", s.run)
	return guarded(token, mux), nil
}

// content hands out a file that is no file.
func content(name string, bytesOf []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(bytesOf))
	})
}
