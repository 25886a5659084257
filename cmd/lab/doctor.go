//go:build !wasip1

package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/grade/sandbox"
	"echolab/lab/networks"
	"echolab/lab/text"
)

// purpose is what each network is, for those who see its name only.
var purpose = map[string]text.Phrase{
	"localhost": "the system's own sockets on 127.0.0.1; nothing can be done to packets there",
	"kernel":    "the system's own TCP and UDP over a wire, in private network namespaces",
	"virtual":   "two TCP/IP stacks inside this program over a wire",
	"simulated": "the same two stacks on a machine whose clock moves only when all wait: exact, and the same everywhere",
}

func newDoctor(t *terminal) *cobra.Command {
	return writesPage(t, &cobra.Command{
		Use:   "doctor",
		Short: "what works on this machine and how to enable the rest",
		Args:  nothing,
	}, func(cmd *cobra.Command, p *page, _ []string) error {
		if err := reexecInNamespace("kernel", nil); err != nil {
			return err
		}
		examine(cmd.Context(), p)
		return nil
	})
}

// examine writes which networks open here, and which congestion controls there
// are.
func examine(ctx context.Context, p *page) {
	p.text.WriteString(p.Say("Networks") + "\n")
	for _, o := range drivers() {
		err := o.Check()
		if err == nil {
			p.item("  "+o.Name, 13, p.Sayf("opens: %s", purpose[o.Name]))
			continue
		}
		p.item("  "+o.Name, 13, p.Sayf("does not open: %s", p.Text(networks.Reason(err))))
		p.item("", 13, p.Sayf("to enable it: %s", howToOpen(err)))
	}
	p.heading("Congestion control of TCP")
	for _, c := range []struct {
		about text.Phrase
		file  string
	}{
		{"the system's own: %s", "tcp_congestion_control"},
		{"loaded: %s", "tcp_available_congestion_control"},
		{"allowed without privileges: %s", "tcp_allowed_congestion_control"},
	} {
		if names := lab.Sysctl("net/ipv4/" + c.file); names != "" {
			p.line(p.Sayf(c.about, names))
		}
	}
	for _, o := range drivers() {
		if o.Wired && o.Check() == nil {
			p.line(p.Sayf("on network %s: %s", o.Name, strings.Join(congestionControls(ctx, o), " ")))
		}
	}
	p.heading("Programs under test")
	examineSandbox(ctx, p)
	p.heading("This machine")
	here := lab.NewEnvironment(nil)
	p.line(p.Sayf("%s/%s, %d CPUs, %s, lab %s", here.OS, here.Arch, here.CPUs, here.Go, here.Lab))
	if here.Kernel != "" {
		p.line(p.Sayf("kernel %s", here.Kernel))
	}
}

// examineSandbox writes how well programs that are graded are closed off here.
func examineSandbox(ctx context.Context, p *page) {
	mode, err := sandbox.Examine(ctx)
	if err != nil {
		p.line(p.Sayf("no sandbox opens, so that nothing can be graded: %v", err))
		return
	}
	p.line(p.Sayf("closed off by: %s", mode.Name))
	for _, open := range mode.Open {
		p.line(p.Sayf("not closed off: %s", open))
	}
}
