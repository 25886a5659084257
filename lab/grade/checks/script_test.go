package checks

import (
	"bytes"
	"context"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// scripted is the only check of an assignment, done on a server that runs at an address.
func scripted(t *testing.T, network, address string, steps []Step) grade.CheckResult {
	t.Helper()
	a := grade.Assignment{ID: "own", Kind: grade.Server, Network: network, Checks: []grade.Check{
		{ID: "own", Points: 1, Run: Script(steps)},
	}}
	r, err := grade.Run(t.Context(), a, grade.Options{Address: address, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r.Checks[0]
}

// serveTCP runs a server of one line until the test is over.
func serveTCP(t *testing.T, serve func(c *net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			serve(c.(*net.TCPConn))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

// serveUDP answers datagrams until the test is over; none where answer returns nil.
func serveUDP(t *testing.T, answer func([]byte) []byte) string {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, MaxDatagram)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply := answer(buf[:n]); reply != nil {
				_, _ = pc.WriteTo(reply, from)
			}
		}
	}()
	t.Cleanup(func() { _ = pc.Close(); <-done })
	return pc.LocalAddr().String()
}

func echoes(c *net.TCPConn) { _, _ = io.Copy(c, c) }

func says(words string) func(c *net.TCPConn) {
	return func(c *net.TCPConn) {
		_, _ = io.WriteString(c, words)
		_, _ = io.Copy(io.Discard, c)
	}
}

func hangsUp(c *net.TCPConn) {}

// expect and others are steps of client A.
func expect(match Match, words string) Step {
	one := Step{Do: Expect, Client: "A", Match: match, Data: Data{Bytes: []byte(words)}, Within: 10 * time.Second}
	if match == Matches {
		one.Data, one.Pattern = Data{}, regexp.MustCompile(words)
	}
	return one
}

func shortly(one Step) Step { one.Within = 50 * time.Millisecond; return one }

func sends(data Data) Step { return Step{Do: Send, Client: "A", Data: data} }

func does(a Action) Step { return Step{Do: a, Client: "A", Within: 10 * time.Second} }

func reversed(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range b {
		out[len(b)-1-i] = c
	}
	return out
}

func TestScriptTCP(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve func(*net.TCPConn)
		steps []Step
		said  string // "" where the check passes
	}{
		{"exactly", echoes, []Step{sends(Data{Bytes: []byte("ab")}), expect(Exactly, "ab")}, ""},
		{"what follows is left to the next step", says("one\ntwo\n"),
			[]Step{expect(Exactly, "one\n"), expect(Contains, "tw"), expect(Exactly, "o\n")}, ""},
		{"another byte", says("one"), []Step{expect(Exactly, "ode")},
			`Client A should have been sent 3 bytes "ode", but 3 bytes "one" came: byte 2 was 'n' instead of 'd'.`},
		{"too few, in time", says("on"), []Step{shortly(expect(Exactly, "one"))},
			`Client A should have been sent 3 bytes "one" within 50ms, but by then 2 bytes "on" had come.`},
		{"too few, then the end", hangsUp, []Step{expect(Exactly, "one")},
			`Client A should have been sent 3 bytes "one", but 0 bytes came; then the program closed the connection.`},
		{"begins", says("one\n"), []Step{expect(Begins, "on"), expect(Exactly, "e\n")}, ""},
		{"contains not", says("one\n"), []Step{shortly(expect(Contains, "two"))},
			`what contains 3 bytes "two" within 50ms, but by then 4 bytes "one\n" had come.`},
		{"a line that matches", says("answer 42\r\nmore"), []Step{expect(Matches, `^answer \d+$`), expect(Exactly, "more")}, ""},
		{"a line that does not", says("answer x\n"), []Step{expect(Matches, `^answer \d+$`)},
			`a line that matches ^answer \d+$, but 9 bytes "answer x\n" came.`},
		{"anything", says("x"), []Step{expect(Anything, "")}, ""},
		{"not even anything", hangsUp, []Step{expect(Anything, "")}, "anything at all, but 0 bytes came; then"},
		{"the end", hangsUp, []Step{does(ExpectEnd)}, ""},
		{"more before the end", says("x"), []Step{does(ExpectEnd)}, `but Client A was sent 1 byte "x" more.`},
		{"more that was read already", says("one two"), []Step{expect(Contains, "one"), does(ExpectEnd)}, "was sent 4 bytes"},
		{"no end", echoes, []Step{shortly(does(ExpectEnd))}, "for Client A it was still open after 50ms."},
		{"an end after half-close", echoes, []Step{does(HalfClose), does(ExpectEnd)}, ""},
		{"nothing", echoes, []Step{shortly(does(ExpectNothing))}, ""},
		{"nothing, also at the end", hangsUp, []Step{does(ExpectNothing)}, ""},
		{"something instead of nothing", says("x"), []Step{does(ExpectNothing)}, `nothing for 10s, but 1 byte "x" came.`},
		{"remembered", echoes, []Step{
			sends(Data{Random: 1000, As: "r"}), sends(Data{Words: 10, As: "w"}),
			expectLike("r", nil), expectLike("w", nil),
		}, ""},
		{"changed", echoes, []Step{sends(Data{Words: 100, As: "w"}), expectLike("w", reversed)}, "instead of 0x0A."},
		{"a long message to one who answers at once", echoes, []Step{
			sends(Data{Random: MostData, As: "long"}), expectLike("long", nil), shortly(does(ExpectNothing)),
		}, ""},
		{"a client that comes again", says("hi"), []Step{does(Close), does(Connect), expect(Exactly, "hi")}, ""},
		{"reset", echoes, []Step{does(Reset), does(Connect), sends(Data{Bytes: []byte("x")}), expect(Exactly, "x")}, ""},
		{"a pause", echoes, []Step{{Do: Pause, Within: time.Millisecond}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scripted(t, "tcp", serveTCP(t, c.serve), append([]Step{does(Connect)}, c.steps...))
			holdResult(t, r, c.said)
		})
	}
}

func expectLike(name string, change func([]byte) []byte) Step {
	one := expect(Exactly, "")
	one.Data = Data{Like: name, Change: change}
	return one
}

func holdResult(t *testing.T, r grade.CheckResult, said string) {
	t.Helper()
	if passed := r.Status == grade.Passed; passed != (said == "") || !strings.Contains(r.Message.String(), said) {
		t.Errorf("%s: %q, want %q\n%s", r.Status, r.Message, said, r.Steps)
	}
}

func TestScriptUDP(t *testing.T) {
	silent := func([]byte) []byte { return nil }
	for _, c := range []struct {
		name   string
		answer func([]byte) []byte
		match  Match
		words  string // expected of a server that was sent "ab"
		said   string
	}{
		{"exactly", echo, Exactly, "ab", ""},
		{"one byte more", func([]byte) []byte { return []byte("abc") }, Exactly, "ab", `2 bytes "ab", but 3 bytes "abc" came.`},
		{"one byte less", func([]byte) []byte { return []byte("a") }, Exactly, "ab", `2 bytes "ab", but 1 byte "a" came.`},
		{"begins", func([]byte) []byte { return []byte("abc") }, Begins, "ab", ""},
		{"contains", func([]byte) []byte { return []byte("cabc") }, Contains, "ab", ""},
		{"contains not", func([]byte) []byte { return []byte("ba") }, Contains, "ab", "came: byte 1 was 'b' instead of 'a'."},
		{"matches", func([]byte) []byte { return []byte("ab 1\n") }, Matches, `^ab \d$`, ""},
		{"matches not", echo, Matches, `^ab \d$`, `a line that matches ^ab \d$, but 2 bytes "ab" came.`},
		{"an empty one", func([]byte) []byte { return []byte{} }, Exactly, "", ""},
		{"an empty one is something", func([]byte) []byte { return []byte{} }, Anything, "", ""},
		{"none", silent, Anything, "", "anything at all within 50ms, but by then 0 bytes had come."},
	} {
		t.Run(c.name, func(t *testing.T) {
			one := expect(c.match, c.words)
			if c.said != "" && strings.Contains(c.said, "within") {
				one = shortly(one)
			}
			steps := []Step{does(Connect), sends(Data{Bytes: []byte("ab")}), one, shortly(does(ExpectNothing)), does(Close)}
			holdResult(t, scripted(t, "udp", serveUDP(t, c.answer), steps), c.said)
		})
	}
	empty := func([]byte) []byte { return []byte{} }
	steps := []Step{does(Connect), sends(Data{Bytes: []byte("ab")}), does(ExpectNothing)}
	holdResult(t, scripted(t, "udp", serveUDP(t, empty), steps), "nothing for 10s, but 0 bytes came.")
}

// TestScriptOtherwise: the teacher's words stand behind those of the lab, in their language.
func TestScriptOtherwise(t *testing.T) {
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	one := expect(Exactly, "b")
	one.Otherwise = text.Own{"Look at b.": {"ko": "b를 보라."}}.Say("Look at b.")
	r := scripted(t, "tcp", serveTCP(t, says("a")), []Step{does(Connect), one})
	if got := r.Message.String(); !strings.HasSuffix(got, "instead of 'b'. Look at b.") {
		t.Error(got)
	}
	if got := ko.Text(r.Message); !strings.HasSuffix(got, " b를 보라.") {
		t.Error(got)
	}
}

// TestScriptEnds: a script that waits for nobody ends with its check.
func TestScriptEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	never := does(ExpectEnd)
	never.Within = time.Hour
	a := grade.Assignment{ID: "own", Kind: grade.Server, Network: "tcp", Checks: []grade.Check{
		{ID: "own", Points: 1, Timeout: 100 * time.Millisecond, Run: Script([]Step{does(Connect), never})},
	}}
	r, err := grade.Run(ctx, a, grade.Options{Address: serveTCP(t, echoes)})
	if err != nil || r.Checks[0].Status != grade.Failed {
		t.Errorf("%+v, %v", r, err)
	}
}
