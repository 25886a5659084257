package teacher

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"echolab/lab/text"
)

// TestProblems: what is wrong is said where it is wrong, in both languages.
func TestProblems(t *testing.T) {
	const head = "schema: lab.assignment/1\nid: mine\ntitle: T\n"
	const echo = head + "based-on: echo-tcp\n"
	const own = head + "protocol: tcp\ntask: x\nchecks:\n  - id: a\n    title: t\n    points: 1\n    script:\n"
	const datagrams = head + "protocol: udp\ntask: x\nchecks:\n  - id: a\n    title: t\n    points: 1\n    script:\n"
	const reliable = head + "based-on: reliable-udp\nchecks:\n"
	for _, c := range []struct{ name, file, says string }{
		{"no YAML", "a: [", "1:4: this is no YAML: sequence end token ']' not found"},
		{"nothing", "", "1:1: the file should hold one document of YAML"},
		{"two documents", "a: 1\n---\nb: 2\n", "1:1: the file should hold one document of YAML"},
		{"a list", "- a\n", "1:1: this should be a list of keys with values"},
		{"a key twice", head + "id: other\n", `4:1: this is no YAML: mapping key "id" already defined at [2:1]`},
		{"an anchor", "a: &x 1\n", "1:4: anchors, aliases and tags are not for such a file"},
		{"keys missing", "schema: lab.assignment/1\nid: x\n", "1:1: title, checks is missing"},
		{"another schema", strings.Replace(echo, "ment/1", "ment/2", 1) + "checks: [{use: all}]\n", "1:1: schema: this should be exactly lab.assignment/1"},
		{"a wrong id", strings.Replace(echo, "mine", "Mine!", 1) + "checks: [{use: all}]\n",
			"2:1: id: this should be a word of small letters, digits and hyphens"},
		{"an id of the lab", strings.Replace(echo, "mine", "echo-udp", 1) + "checks: [{use: all}]\n",
			"2:1: id: the lab has an assignment of this name: choose another"},
		{"a key that looks like one", echo + "cheks: []\n", "5:1: cheks: there is no such key; did you mean checks?"},
		{"a key of another world", echo + "checks:\n  - use: all\n    weight: 3\n",
			"7:5: checks[0].weight: there is no such key; there are hint, id, needs, points, script, timeout, title, transfer, use, visibility"},
		{"a wrong type", echo + "checks:\n  - use: all\n    points: many\n", "7:5: checks[0].points: this should be a whole number"},
		{"a number too small", echo + "checks:\n  - use: greets\n    points: -1\n", "7:5: checks[0].points: this should be 0 at least"},
		{"one of a few", echo + "language: de\nchecks: [{use: all}]\n", "5:1: language: this should be one of en, ko"},
		{"no zone", echo + "due: 2026-12-10 23:59\nchecks: [{use: all}]\n",
			"5:1: due: this should be a time with its zone, such as 2026-12-10T23:59:00+09:00"},
		{"no such day", echo + "due: 2026-02-30T00:00:00Z\nchecks: [{use: all}]\n", "5:1: due: there is no such day or time"},
		{"late without due", echo + "late: {per-day: 10%}\nchecks: [{use: all}]\n", "5:1: late: nothing is late without a due time: say due"},
		{"half a percent", echo + "late: {per-day: 0.5%}\nchecks: [{use: all}]\n", "5:8: late.per-day: this should be whole percent, such as 10%"},
		{"a duration without unit", echo + "timeout: 10\nchecks: [{use: all}]\n",
			"5:1: timeout: this should be a duration with its unit, such as 500ms, 2s, 1m30s or 3d"},
		{"a size in MB", echo + "limits: {memory: 5MB}\nchecks: [{use: all}]\n",
			"5:10: limits.memory: this should be a number of bytes, such as 1000, 64KiB or 512MiB"},
		{"no memory", echo + "limits: {memory: 5KiB}\nchecks: [{use: all}]\n", "5:10: limits.memory: this should be 8192KiB at least"},
		{"no such base", head + "based-on: echo-tpc\nchecks: [{use: all}]\n",
			"4:1: based-on: the lab has no assignment echo-tpc; did you mean echo-tcp?"},
		{"another protocol", echo + "protocol: udp\nchecks: [{use: all}]\n", "5:1: protocol: echo-tcp is about another protocol; leave this out"},
		{"nothing below", head + "checks: [{use: all}]\n", "1:1: based-on is missing, or the protocol of a server of your own"},
		{"no such check", echo + "checks:\n  - use: echoes-one-lime\n",
			"6:5: checks[0].use: echo-tcp has no check echoes-one-lime; did you mean echoes-one-line?"},
		{"a check twice", echo + "checks:\n  - use: port-bound\n  - use: port-bound\n", "7:5: checks[1]: there is a check port-bound before this one"},
		{"use and own at once", echo + "checks:\n  - {use: port-bound, id: a}\n",
			"6:6: checks[0]: use is for a check of the lab, id and script for one of your own: not both"},
		{"points of all", echo + "checks:\n  - {use: all, points: 1}\n",
			"6:6: checks[0]: what is said of all checks is their visibility and timeout; name the others one by one"},
		{"an unknown need", echo + "checks:\n  - {use: port-bound, needs: [x]}\n", "6:31: checks[0].needs[0]: there is no check x before this one"},
		{"a need that students do not see", echo + "checks:\n  - {use: port-bound, visibility: hidden}\n  - {use: echoes-one-line, needs: [port-bound]}\n",
			"7:36: checks[1].needs[0]: students see this check, and not port-bound, which it needs"},
		{"after no due date", echo + "checks:\n  - {use: port-bound, visibility: after_due_date}\n",
			"6:23: checks[0].visibility: there is no due time after which it could be seen: say due"},
		{"no points", echo + "checks:\n  - {use: port-bound, points: 0}\n", "5:1: checks: all checks together give no points"},
		{"half a check", echo + "checks:\n  - {id: a, title: t, points: 1}\n",
			"6:6: checks[0]: a check has a script or a transfer, or uses one of the lab's"},
		{"a check without points", echo + "checks:\n  - {id: a, title: t, script: [{connect: A}, {expect-end: A}]}\n", "6:6: checks[0]: points is missing"},
		{"a script for a client", head + "based-on: client-tcp\nchecks:\n  - {id: a, title: t, points: 1, script: [{connect: A}]}\n",
			"6:34: checks[0].script: a script has clients that talk to a server, and client-tcp is none"},
		{"a transfer to a server", echo + "checks:\n  - {id: a, title: t, points: 1, transfer: {size: 1KiB}}\n",
			"6:34: checks[0].transfer: a transfer needs a sender and a receiver, as reliable-udp has them"},
		{"a transfer of much", reliable + "  - {id: a, title: t, points: 1, transfer: {size: 2MiB}}\n",
			"6:45: checks[0].transfer.size: this is longer than 1048576 bytes"},
		{"conditions", reliable + "  - {id: a, title: t, points: 1, transfer: {size: 1KiB, network: {los: 5%}}}\n",
			"6:57: checks[0].transfer.network: these conditions make no sense: "},
		{"conditions of one direction", reliable + "  - {id: a, title: t, points: 1, transfer: {size: 1KiB, network: {client: {loss: 5%}}}}\n",
			"6:57: checks[0].transfer.network: the conditions are those of both directions"},
		{"a step of two keys", own + "      - {connect: A, pause: 1s}\n",
			"11:10: checks[0].script[0]: a step has one key; there are close, connect, expect, expect-end, expect-nothing, half-close, pause, repeat, reset, send"},
		{"a client that is not there", own + "      - send: {to: A, text: x}\n", "11:16: checks[0].script[0].send.to: client A is not connected here"},
		{"a client twice", own + "      - connect: A\n      - connect: A\n", "12:9: checks[0].script[1].connect: client A is connected already"},
		{"sending after half-close", own + "      - connect: A\n      - half-close: A\n      - send: {to: A, text: x}\n",
			"13:16: checks[0].script[2].send.to: client A has closed its sending side"},
		{"after close", own + "      - connect: A\n      - close: A\n      - expect-end: A\n", "13:9: checks[0].script[2].expect-end: client A is not connected here"},
		{"half-close of UDP", datagrams + "      - connect: A\n      - half-close: A\n", "12:9: checks[0].script[1].half-close: UDP has no connection for half-close"},
		{"the end of UDP", datagrams + "      - connect: A\n      - expect-end: A\n", "12:9: checks[0].script[1].expect-end: UDP has no connection for expect-end"},
		{"a datagram too long", datagrams + "      - connect: A\n      - send: {to: A, random: 64KiB}\n", "12:9: checks[0].script[1].send: this is longer than 65507 bytes"},
		{"a text too long", own + "      - connect: A\n      - send: {to: A, text: abcd, times: 1000000}\n",
			"12:9: checks[0].script[1].send: this is longer than 1048576 bytes"},
		{"nothing to send", own + "      - connect: A\n      - send: {to: A}\n",
			"12:9: checks[0].script[1].send: what it is should be said in one way: text, hex, base64, like or another"},
		{"two ways to say it", own + "      - connect: A\n      - expect: {from: A, text: x, begins: y}\n",
			"12:9: checks[0].script[1].expect: what it is should be said in one way: text, hex, base64, like or another"},
		{"no bytes over TCP", own + "      - connect: A\n      - expect: {from: A, text: \"\"}\n",
			"12:9: checks[0].script[1].expect: over TCP no bytes are nothing to wait for: use expect-nothing or expect-end"},
		{"half a byte", own + "      - connect: A\n      - send: {to: A, hex: \"0a 1\"}\n", `12:23: checks[0].script[1].send.hex: this should be bytes in hexadecimal, such as "0d 0a"`},
		{"no base64", own + "      - connect: A\n      - send: {to: A, base64: \"?\"}\n", "12:9: checks[0].script[1].send: this cannot be decoded: illegal base64"},
		{"no regular expression", own + "      - connect: A\n      - expect: {from: A, matches: \"(\"}\n",
			"12:27: checks[0].script[1].expect.matches: this is no regular expression: error parsing regexp: missing closing ): `(`"},
		{"a name that nobody has", own + "      - connect: A\n      - expect: {from: A, like: x}\n",
			"12:27: checks[0].script[1].expect.like: nothing was sent as x before"},
		{"expects nothing", own + "      - connect: A\n", "10:5: checks[0].script: the script expects nothing, so that every program passes"},
		{"waits for an hour", own + "      - connect: A\n      - pause: 1h\n      - expect-end: A\n",
			"10:5: checks[0].script: the waits add up to 1h0m5s, and may take 5m0s"},
		{"waits longer than the check", strings.Replace(own, "    points: 1\n", "    points: 1\n    timeout: 3s\n", 1) +
			"      - connect: A\n      - expect: {from: A, any: true, within: 4s}\n", "10:5: checks[0].timeout: the script may wait for 4s, which is longer"},
		{"many steps", own + "      - repeat: {times: 1000, steps: [{repeat: {times: 1000, steps: [{connect: A}, {close: A}]}}]}\n",
			"the script has more than 1000 steps"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read([]byte(c.file))
			all, ok := errors.AsType[Problems](err)
			if !ok {
				t.Fatalf("%v, want a problem: %s", err, c.says)
			}
			var said []string
			for _, p := range all {
				said = append(said, p.Message().String())
			}
			if got := strings.Join(said, "\n"); !strings.Contains(got, c.says) {
				t.Errorf("says %s\nwant %s", got, c.says)
			}
			speaksKorean(t, all)
		})
	}
}

// speaksKorean wants a Korean letter in every problem but those that a library words.
func speaksKorean(t *testing.T, all Problems) {
	t.Helper()
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		said := ko.Text(p.Message())
		if !strings.ContainsFunc(said, func(r rune) bool { return r >= '가' && r <= '힣' }) {
			t.Errorf("no Korean in %q", said)
		}
	}
}

// TestProblemsAll: several problems are told at once, in the order of the file.
func TestProblemsAll(t *testing.T) {
	_, err := Read([]byte("schema: lab.assignment/1\nid: x\ntitle: T\nbased-on: echo-tcp\nchecks:\n" +
		"  - {use: a-check}\n  - {use: port-bound, visibility: after_due_date}\n"))
	all, ok := errors.AsType[Problems](err)
	if !ok || len(all) != 2 || all[0].Line != 6 || all[1].Line != 7 {
		t.Fatalf("%+v", err)
	}
	if got := err.Error(); !strings.HasSuffix(got, " (and 1 more)") {
		t.Error(got)
	}
}

// TestReadNeverPanics: whatever the bytes are, there is an assignment or an error.
func TestReadNeverPanics(t *testing.T) {
	whole := string(example(t, "reverse-line"))
	rapid.Check(t, func(r *rapid.T) {
		from := rapid.IntRange(0, len(whole)).Draw(r, "from")
		to := rapid.IntRange(from, len(whole)).Draw(r, "to")
		put := rapid.StringOf(rapid.RuneFrom([]rune("a:-[]{}\n \"'&*!|>#?,%0"))).Draw(r, "put")
		_, _ = Read([]byte(whole[:from] + put + whole[to:]))
	})
}
