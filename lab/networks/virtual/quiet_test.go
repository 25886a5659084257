package virtual

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"gvisor.dev/gvisor/pkg/log"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// early is a logger as the stacks' packages keep them: made before silenceLogs.
var early = log.BasicRateLimitedLogger(time.Minute)

// twice is where this test runs again, as a process with a stderr of its own.
const twice = "NETSTACK_TEST_SAYS_ALL_TWICE"

// TestQuiet: whatever packets the wire makes of those that were sent, the
// stacks write nothing to stderr.
func TestQuiet(t *testing.T) {
	if os.Getenv(twice) != "" {
		greetTwice(t)
		return
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestQuiet$")
	again.Env = append(os.Environ(), twice+"=1")
	var said bytes.Buffer
	again.Stderr = &said
	if err := again.Run(); err != nil {
		t.Fatalf("the test run again: %v", err)
	}
	if said.Len() > 0 {
		t.Errorf("the stacks wrote to stderr: %s", &said)
	}
}

// greetTwice opens connections over a wire that delivers every packet twice.
func greetTwice(t *testing.T) {
	every := link.Conditions{Duplicate: 1, Delay: time.Millisecond}
	n, err := Open(t.Context(), testbed.NetworkConfig{Wire: wire.Options{Client: every, Server: every, Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	early.Warningf("said by a logger from before")
	server, err := n.Server().Listen(t.Context(), "tcp", n.Server().Addr().String()+":0")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		c, err := n.Client().DialContext(t.Context(), "tcp", server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		s, err := server.Accept()
		if err != nil {
			t.Fatal(err)
		}
		for _, conn := range []io.Closer{c, s} {
			if err := conn.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
