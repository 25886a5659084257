package grade

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	goleak.VerifyTestMain(m)
}

// server is a TCP server in one line of shell: it needs python3.
const server = `import socket, os, sys
s = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
print("ready", flush=True)
while True:
    c, _ = s.accept()
    c.sendall(c.recv(100))
    c.close()
`

func pythonCommand(t *testing.T) []string {
	t.Helper()
	// The interpreter itself: what lies in PATH may be a slow launcher.
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skipf("python3 does not run here: %v", err)
	}
	return []string{strings.TrimSpace(string(out)), "-c", server}
}

// echoes is the smallest check.
func echoes(ctx context.Context, s *Subject) error {
	if err := s.Start(ctx); err != nil {
		return err
	}
	c, err := s.Dial(ctx)
	if err != nil {
		return Failf("The client should have been able to connect, but: %v.", err)
	}
	defer func() { _ = c.Close() }()
	word := fmt.Sprint(s.Rand.Uint64())
	s.Stepf("send %s", word)
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = c.Write([]byte(word))
	buf := make([]byte, 100)
	n, err := c.Read(buf)
	if string(buf[:n]) != word {
		return Failf("%s should have come back, but %s came (%v).", word, Quote(buf[:n]), err)
	}
	return nil
}

func small(checks ...Check) Assignment {
	return Assignment{ID: "small", Title: "Small", Kind: Server, Network: "tcp", Checks: checks}
}

var echoCheck = Check{ID: "echoes", Title: "echoes", Points: 10, Hint: "Send back what came.", Run: echoes}

func TestStatuses(t *testing.T) {
	run := func(err error) func(context.Context, *Subject) error {
		return func(_ context.Context, s *Subject) error { s.Stepf("look"); return err }
	}
	a := small(
		Check{ID: "good", Points: 1, Run: run(nil)},
		Check{ID: "bad", Points: 2, Hint: "try", Run: run(Failf("It should be %d, but it was %d.", 1, 2))},
		Check{ID: "broken", Points: 4, Run: run(errors.New("no more sockets"))},
		Check{ID: "left out", Points: 8, Run: run(&Skip{text.Say("not here")})},
		Check{ID: "after bad", Points: 16, Needs: []string{"good", "bad"}, Run: run(nil)},
		Check{ID: "after good", Points: 32, Needs: []string{"good"}, Run: run(nil)},
		Check{ID: "slow", Points: 64, Timeout: 50 * time.Millisecond, Run: func(ctx context.Context, _ *Subject) error { <-ctx.Done(); return ctx.Err() }},
	)
	r, err := Run(t.Context(), a, Options{Command: []string{"true"}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"good": "passed 1 ", "bad": "failed 0 It should be 1, but it was 2.", "broken": "error 0 The grader could not go on: no more sockets.",
		"left out": "skipped 0 not here", "after bad": "skipped 0 First make bad pass.", "after good": "passed 32 ",
		"slow": "failed 0 The check should have been over within 50ms, but it was not.",
	}
	for _, c := range r.Checks {
		if got := fmt.Sprintf("%s %d %s", c.Status, c.Score, c.Message); got != want[c.ID] {
			t.Errorf("%s: %q, want %q", c.ID, got, want[c.ID])
		}
	}
	if r.Score != 33 || r.Max != 127 {
		t.Errorf("%d of %d points, want 33 of 127", r.Score, r.Max)
	}
}

func TestTimeForAll(t *testing.T) {
	wait := func(ctx context.Context, _ *Subject) error { <-ctx.Done(); return ctx.Err() }
	a := small(Check{ID: "first", Points: 1, Run: wait}, Check{ID: "second", Points: 1, Run: wait})
	began := time.Now()
	r, err := Run(t.Context(), a, Options{Command: []string{"true"}, Timeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if r.Checks[0].Status != Failed || r.Checks[1].Status != Skipped {
		t.Errorf("statuses = %s, %s; want failed, skipped", r.Checks[0].Status, r.Checks[1].Status)
	}
}

// TestInterrupt ends a grading while a check waits for a program that never
// ends and for a datagram that never comes.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	wait := func(ctx context.Context, s *Subject) error {
		p, err := s.Launch(ctx, "", 0)
		if err != nil {
			return err
		}
		pc, err := s.ListenPacket(ctx)
		if err != nil {
			return err
		}
		cancel()
		_, _, _ = pc.ReadFrom(make([]byte, 1))
		<-p.Done()
		return nil // as a check does that wants the program to end
	}
	good := func(context.Context, *Subject) error { return nil }
	a := small(Check{ID: "before", Points: 1, Run: good}, Check{ID: "during", Points: 2, Run: wait}, Check{ID: "after", Points: 4, Run: good})
	began := time.Now()
	r, err := Run(ctx, a, Options{Command: []string{"sleep", "1000"}})
	if !errors.Is(err, context.Canceled) || r == nil {
		t.Fatalf("result %v, error %v; want a result and that the user ended it", r, err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if got := fmt.Sprintf("%v %d %s %s %s", r.Interrupted, r.Score, r.Checks[0].Status, r.Checks[1].Status, r.Checks[2].Status); got != "true 1 passed skipped skipped" {
		t.Errorf("result: %s", got)
	}
	for i, says := range map[int]string{1: "during this check", 2: "before this check"} {
		if m := r.Checks[i].Message.String(); !strings.Contains(m, says) {
			t.Errorf("%s: message %q, want %q in it", r.Checks[i].ID, m, says)
		}
	}
	if len(r.Checks[1].Steps) == 0 || len(r.Warnings) == 0 {
		t.Error("the interrupted check has no transcript, or the result no warning")
	}
}

func TestSameSeedSameTranscript(t *testing.T) {
	command := pythonCommand(t)
	var told []string
	for _, seed := range []uint64{7, 7, 8} {
		a := small(Check{ID: "echoes", Points: 1, Run: func(ctx context.Context, s *Subject) error {
			if err := echoes(ctx, s); err != nil {
				return err
			}
			return Failf("stop")
		}})
		r, err := Run(t.Context(), a, Options{Command: command, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprint(r.Checks[0].Steps))
	}
	if told[0] == told[2] {
		t.Errorf("two seeds, one transcript: %v", told[0])
	}
	if ownNetwork(t) && told[0] != told[1] { // elsewhere the port is one that is free
		t.Errorf("one seed, two stories:\n%v\n%v", told[0], told[1])
	}
}

// ownNetwork reports whether programs get a network of their own here.
func ownNetwork(t *testing.T) bool {
	t.Helper()
	b, err := sandbox.Open(t.Context(), sandbox.Room{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	return b.Isolated()
}

// TestHostile starts what nobody should hand in. Each must end in time with a
// result that says what happened. What ends by itself, or breaks a limit, gets
// the time that it needs for that on a busy machine: it is noticed at once.
func TestHostile(t *testing.T) {
	const soon, busy = time.Second, 15 * time.Second
	tests := []struct {
		name, says string
		within     time.Duration // to listen
		command    []string
	}{
		{"sleeps", "after 1s it does not", soon, []string{"sleep", "1000"}},
		{"fails", "exit status 1", busy, []string{"false"}},
		{"ends well", "exit status 0", busy, []string{"true"}},
		{"prints without end", "printed more", busy, []string{"yes"}},
		{"fork bomb", "more processes", busy, []string{"sh", "-c", "b() { b | b & }; b; sleep 1000"}},
		{"missing", "cannot be started", soon, []string{"./no-such-program"}},
		{"not a program", "cannot be started", soon, []string{"/etc/passwd"}},
		{"crashes", "segmentation fault", busy, []string{"sh", "-c", "kill -SEGV $$"}},
		{"kills all that it can", "after 1s it does not", soon, []string{"sh", "-c", "kill -9 $PPID; kill -9 1; kill -9 -1; sleep 1000"}},
		{"ignores signals", "after 1s it does not", soon, []string{"sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if strings.HasPrefix(test.name, "kills") && !ownNetwork(t) {
				t.Skip("namespaces do not open here: where Landlock is old, it would end the tests")
			}
			began := time.Now()
			r, err := Run(t.Context(), small(echoCheck), Options{Command: test.command, StartTimeout: test.within})
			if err != nil {
				t.Fatal(err)
			}
			c := r.Checks[0]
			if c.Status != Failed || !strings.Contains(c.Message.String()+c.Ended.String(), test.says) {
				t.Errorf("%s: %q %q, want %q in it", c.Status, c.Message, c.Ended, test.says)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("GRADERS_SECRET", "1")
	t.Setenv("ASKED_FOR", "2")
	check := Check{ID: "env", Run: func(ctx context.Context, s *Subject) error {
		p, err := s.Launch(ctx, "sender", 4096)
		if err != nil {
			return err
		}
		<-p.Done()
		p.Flush(5 * time.Second)
		return Failf("%s", p.Stdout.Head())
	}}
	r, err := Run(t.Context(), small(check), Options{
		Command: []string{"sh", "-c", "env; echo {role} {host} {port}"}, Env: []string{"ASKED_FOR"}, Port: 77,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := r.Checks[0].Message.String()
	for _, want := range []string{"HOST=127.0.0.1", "PORT=77", "ROLE=sender", "ASKED_FOR=2", "sender 127.0.0.1 77"} {
		if !strings.Contains(got, want) {
			t.Errorf("the program does not see %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "GRADERS_SECRET") || strings.Contains(got, "HOME="+os.Getenv("HOME")+"\n") {
		t.Errorf("the program sees the grader's environment:\n%s", got)
	}
}

// TestRunningServer grades a server by its address.
func TestRunningServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			buf := make([]byte, 100)
			n, _ := c.Read(buf)
			_, _ = c.Write(buf[:n])
			_ = c.Close()
		}
	}()
	defer func() { _ = l.Close(); <-served }()
	process := echoCheck
	process.ID, process.Process = "process", true
	r, err := Run(t.Context(), small(echoCheck, process), Options{Address: l.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	if r.Checks[0].Status != Passed || r.Checks[1].Status != Skipped {
		t.Errorf("checks = %+v", r.Checks)
	}
}

func TestUsage(t *testing.T) {
	tests := []struct {
		name string
		a    Assignment
		o    Options
		says string
	}{
		{"nothing", small(), Options{}, "needs the command"},
		{"both", small(), Options{Address: "x:1", Command: []string{"x"}}, "not both"},
		{"no port", small(), Options{Address: "x"}, "HOST:PORT"},
		{"client by address", Assignment{ID: "c", Kind: Client}, Options{Address: "x:1"}, "does not grade a server"},
		{"pair without role", Assignment{ID: "p", Kind: Pair}, Options{Command: []string{"x"}}, "{role}"},
		{"time", small(), Options{Command: []string{"x"}, Timeout: -1}, "positive"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Run(t.Context(), test.a, test.o)
			if !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want %q in it", err, test.says)
			}
		})
	}
}

func TestTranscriptIsBounded(t *testing.T) {
	var s transcript
	for i := range 10000 {
		s.add(text.Sayf("%d", i), nil)
	}
	told := s.list()
	if len(told) != firstSteps+lastSteps+1 || told[0].String() != "0" || told[len(told)-1].String() != "9999" {
		t.Errorf("%d steps from %s to %s", len(told), told[0], told[len(told)-1])
	}
	if got := told[firstSteps].String(); got != "(9960 steps more)" {
		t.Errorf("gap = %q", got)
	}
}

// TestOutputIsTheEnd: a result has the end of what was printed, and says how much came
// before.
func TestOutputIsTheEnd(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	chatty := []string{"sh", "-c", "printf '%10000s' out; printf '%5000s' err >&2; printf x >&2"}
	r, err := Run(t.Context(), small(echoCheck), Options{Command: chatty})
	if err != nil {
		t.Fatal(err)
	}
	c := r.Checks[0]
	if len(c.Output) != 1400 || c.OutputCut != 10_000+5001-1400 || !strings.HasSuffix(c.Output, " out") {
		t.Errorf("%d bytes after %d: %q", len(c.Output), c.OutputCut, c.Output)
	}
}

func TestQuote(t *testing.T) {
	for data, want := range map[string]string{
		"": "0 bytes", "x": `1 byte "x"`, "안녕\n": `7 bytes "안녕\n"`,
		strings.Repeat("가", 30): `90 bytes beginning with "` + strings.Repeat("가", 13) + `"`,
	} {
		if got := Quote([]byte(data)).String(); got != want {
			t.Errorf("Quote(%q) = %s, want %s", data, got, want)
		}
	}
	if got := Printable([]byte("a\x1b[31m\xff\r\nb")); got != "a\\x1b[31m\uFFFD\nb" {
		t.Errorf("Printable = %q", got)
	}
}

// TestOnly: a check alone has the data that it has among others, and waits for none.
func TestOnly(t *testing.T) {
	tell := func(drawn *uint64) func(context.Context, *Subject) error {
		return func(_ context.Context, s *Subject) error { *drawn = s.Rand.Uint64(); s.Stepf("draw"); return nil }
	}
	var first, second uint64
	a := small(Check{ID: "first", Points: 1, Run: tell(&first)},
		Check{ID: "second", Points: 2, Needs: []string{"first"}, Run: tell(&second)})
	o := Options{Command: []string{"true"}, Seed: 3}
	if _, err := Run(t.Context(), a, o); err != nil {
		t.Fatal(err)
	}
	among := second
	one, ok := a.Only("second")
	if _, found := a.Only("third"); !ok || found {
		t.Errorf("second is found: %v, third: %v", ok, found)
	}
	first = 0
	steps := 0
	o.Step = func(m text.Message) { steps++ }
	r, err := Run(t.Context(), one, o)
	if err != nil {
		t.Fatal(err)
	}
	if second != among || first != 0 || steps != 1 || len(r.Checks) != 1 || r.Score != 2 || len(a.Checks[1].Needs) != 1 {
		t.Errorf("drew %d, want %d; %d steps; result %+v", second, among, steps, r)
	}
}
