package checks

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"echolab/lab/grade"
)

// TestSwappedPort wants a client that forgets htons told so.
func TestSwappedPort(t *testing.T) {
	t.Parallel()
	const swap = `import socket, sys
port = int(sys.argv[1])
port = port % 256 * 256 + port // 256
with socket.socket(socket.AF_INET, socket.SOCK_%s) as sock:
    sock.connect(("127.0.0.1", port))
    sock.sendall(sys.stdin.buffer.readline())
    sock.recv(1)
`
	for assignment, kind := range map[string]string{"client-tcp": "STREAM", "client-udp": "DGRAM"} {
		a, _ := Find(assignment)
		a.Checks = a.Checks[:1]
		r := gradeWith(t, a, "", python(t), "-c", strings.Replace(swap, "%s", kind, 1), "{port}")
		if len(r.Warnings) > 0 {
			t.Skipf("the port may be somebody else's: %v", r.Warnings)
		}
		if m := r.Checks[0].Message.String(); !strings.Contains(m, "htons") {
			t.Errorf("%s: message = %q, want one about htons", assignment, m)
		}
	}
}

// TestFileMismatch changes a copy in each way that has words of its own.
func TestFileMismatch(t *testing.T) {
	file := make([]byte, 4000)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(file) // never fails
	piece := func(from, to int) []byte { return file[1000*from : 1000*to] }
	for _, c := range []struct {
		copied [][]byte
		want   string
	}{
		{[][]byte{file}, ""},
		{[][]byte{piece(0, 2)}, "wrote only the first 2000"},
		{[][]byte{file, {1, 2, 3}}, "wrote 3 bytes more behind them"},
		{[][]byte{piece(0, 2), piece(1, 4)}, "from byte 2001 on it wrote again what it had written from byte 1001 on"},
		{[][]byte{piece(0, 1), piece(2, 3), piece(1, 2), piece(3, 4)}, "in order, but from byte 1001 on it wrote what belongs at byte 2001"},
		{[][]byte{piece(0, 1), piece(2, 4)}, "left out those from byte 1001 to byte 2000"},
		{[][]byte{piece(0, 1), bytes.Repeat([]byte{0}, 3000)}, "from byte 1001 on it wrote something else (4000 bytes in all)"},
	} {
		got := slices.Concat(c.copied...)
		err := fileMismatch(got, file, int64(len(got)))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%d bytes: %v, want %q", len(got), err, c.want)
		}
	}
}

// TestBehindReply tells what an older reply left from what a client prints of its own.
func TestBehindReply(t *testing.T) {
	const older, reply = "abcdefghijklmnopqrstuvwxyz", "ZYXWVU"
	for behind, want := range map[string]bool{
		"":                   false,
		"\n> ":               false,
		" (6 bytes)\n":       false,
		"\x1b[0m\n":          false,
		"'\n":                false,
		"\n응답: \n":           false,
		"ghijklmnop":         true,
		"\nhijklmnop":        true,
		"\x00\x00\x00\n":     true,
		"\n\x00\x00\x00":     true,
		"\xff\xfe\x01\n> \n": true,
	} {
		line, _, _ := strings.Cut(strings.TrimLeft(behind, "\r\n"), "\n")
		if got := noText(line) || isRest(line, reply, older); got != want {
			t.Errorf("%q: %v, want %v", behind, got, want)
		}
	}
}

// TestRepliesCannotBeGuessed wants replies as long as lines, with the same ends and
// other text, in letters as wide.
func TestRepliesCannotBeGuessed(t *testing.T) {
	c := &tcpClientUnderTest{clientUnderTest: clientUnderTest{Subject: &grade.Subject{Rand: rand.New(rand.NewPCG(1, 2))}}}
	for _, line := range []string{"hello there\n", "한글 한 줄\r\n", "no end", "\x00\xff\n"} {
		reply := string(c.reply([]byte(line)))
		if len(reply) != len(line) || strings.TrimRight(reply, terminators) == strings.TrimRight(line, terminators) {
			t.Errorf("the reply to %q is %q", line, reply)
		}
		if end := strings.TrimLeft(line, strings.TrimRight(line, terminators)); !strings.HasSuffix(reply, end) {
			t.Errorf("the reply to %q is %q, want the end %q", line, reply, end)
		}
	}
}
