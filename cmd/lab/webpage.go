//go:build !wasip1

package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	webpage "echolab/lab/page"
	"echolab/lab/text"
)

// showing is what "lab page" was asked for.
type showing struct {
	config webpage.Config
	words  text.Printer
	port   int
	open   bool
	output string // folder
}

func newPage(t *terminal) *cobra.Command {
	var s showing
	cmd := &cobra.Command{
		Use:   "page",
		Short: "the lab as a web page, in which the real stacks run",
		Long: "Show the lab as a web page, on this computer only. The first line on standard\n" +
			"output is its address. The page runs the lab in itself, on network simulated; it\n" +
			"also offers the networks of this computer. Ctrl-C ends. With --output, write\n" +
			"the page as a folder of files for any web host, and serve nothing.",
		Example: "  lab page --open\n" +
			"  lab page --network kernel\n" +
			"  lab page --output site",
		Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd, t) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	choice(cmd, &s.config.Network, "network", "NAME", "the network that the page shows first", networkNames(true)[1:]...)
	f.Var(number(&s.port, "PORT", 0, 65535), "port", "where to listen; 0 is a free one")
	f.BoolVar(&s.open, "open", false, "open it in the browser")
	f.Var(anyText(&s.output, "FOLDER"), "output", "write the page into a folder, and serve nothing")
	languageFlag(cmd, &s.words, "en|ko: the language of the page; the browser's if left out")
	return cmd
}

func (s *showing) run(cmd *cobra.Command, t *terminal) error {
	if cmd.Flags().Changed("lang") {
		s.config.Language = s.words.Lang()
	}
	if s.output != "" {
		return s.write(cmd.Context(), t)
	}
	if err := reexecInNamespace("kernel", nil); err != nil {
		return err
	}
	if err := s.offer(); err != nil {
		return err
	}
	engine, err := s.engine(cmd.Context(), t)
	if err != nil {
		return err
	}
	server := &webpage.Server{Config: s.config, Engine: engine, Lab: runForPage}
	address, serve, err := server.Listen(s.port)
	if err != nil {
		return misusef("--port 0 takes a free one", "%w", rootCause(err))
	}
	if _, err := fmt.Fprintln(t.out, address); err != nil {
		return err
	}
	if s.open {
		if err := openInBrowser(cmd.Context(), address); err != nil {
			t.warnf("open the browser: %v", err)
		}
	}
	return serve(cmd.Context())
}

// offer lists the networks with a wire that open here, and refuses one that was asked
// for and does not.
func (s *showing) offer() error {
	for _, d := range drivers() {
		err := d.Check()
		if s.config.Network == d.Name && err != nil {
			return misusef(string(howToOpen(err)), "--network %s does not open here: %w", d.Name, err)
		}
		if d.Wired && err == nil && d.Elsewhere == nil {
			s.config.Networks = append(s.config.Networks, d.Name)
		}
	}
	return nil
}

// engine is the lab for WebAssembly, which may have to be built first.
func (s *showing) engine(ctx context.Context, t *terminal) ([]byte, error) {
	var shown waiting
	machine.Told = func(step text.Message) {
		shown.end()
		if !step.IsZero() {
			shown.begin(t, s.words.Text(step))
		}
	}
	defer func() { machine.Told = nil }()
	engine, err := machine.Program(ctx)
	shown.end()
	if err != nil {
		return nil, failuref(string(howToOpen(err)), "%w", err)
	}
	return engine, nil
}

// waiting tells what is waited for: on a terminal in a line with the seconds, which
// is gone afterwards, elsewhere once. The zero value is ready.
type waiting struct{ stop func() }

func (w *waiting) begin(t *terminal, what string) {
	line := newStatusLine(t)
	if line == nil {
		t.sayf("%s", what)
		return
	}
	began := time.Now()
	end := everySecond(func() { line.show(what + "  " + seconds(time.Since(began))) })
	w.stop = func() {
		end()
		line.clear()
	}
}

// end takes the line away.
func (w *waiting) end() {
	if w.stop != nil {
		w.stop()
	}
	w.stop = nil
}

// write writes the page as a folder.
func (s *showing) write(ctx context.Context, t *terminal) error {
	engine, err := s.engine(ctx, t)
	if err != nil {
		return err
	}
	if err := webpage.Write(s.output, engine, s.config); err != nil {
		return failuref("", "--output %s: %w", s.output, bareFile(err))
	}
	return nil
}

// runForPage runs the program once more, for the page: with its own writers, and an
// interruption of its own.
func runForPage(ctx context.Context, args []string, out webpage.Output) int {
	t := &terminal{in: strings.NewReader(""), out: out.Results, err: out.Errors, events: out.Events, shows: true}
	return runOn(ctx, t, args)
}

// openInBrowser asks the system to open an address.
func openInBrowser(ctx context.Context, address string) error {
	switch runtime.GOOS {
	case "darwin":
		return exec.CommandContext(ctx, "open", address).Run()
	case "windows":
		return exec.CommandContext(ctx, "rundll32", "url.dll,FileProtocolHandler", address).Run()
	}
	return exec.CommandContext(ctx, "xdg-open", address).Run()
}
