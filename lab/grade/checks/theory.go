package checks

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// Question is one of the seven questions at the end of document 001, put so
// that a machine can find out: a choice of answers, lettered from a.
type Question struct {
	ID      string // "q1"
	Ask     text.Phrase
	Choices []text.Phrase
	right   string // the letter that the standards name
	because text.Phrase
	points  int
	// measure finds the letter out while the answers are graded.
	measure func(ctx context.Context) (letter string, seen text.Message, err error)
}

// Questions are the seven questions, with texts that are keys of the catalogue.
func Questions() []Question {
	return []Question{
		{
			ID: "q1", points: 14, Ask: "A message of UDP goes down through the transport layer and the IP layer. How many bytes of headers do the two put in front of it (IPv4)?",
			Choices: []text.Phrase{"8", "20", "28", "40"}, right: "c", because: "8 bytes of UDP (RFC 768) and 20 of IP (RFC 791). With TCP it would be 40, and the layers above and below would be the same.",
			measure: measureHeaders,
		},
		{
			ID: "q2", points: 14, Ask: "A datagram is larger than a packet may be on one of the links on its way. Which layer cuts it into pieces?",
			Choices: []text.Phrase{"the application", "the transport layer", "the IP layer", "the link layer"}, right: "c", because: "IP finds the way across many links, and fits its packets to each of them (RFC 791, fragmentation); a link carries what it is given to the next station.",
			measure: measureCut,
		},
		{
			ID: "q3", points: 14, Ask: "The same client program is to run over Wi-Fi instead of Ethernet. What must be changed in it?",
			Choices: []text.Phrase{"nothing", "the calls of send and recv", "the type of the socket", "the port number"}, right: "a", because: "That is what layers are for: each hides the one below, so that any system that keeps to the standard can take its place.",
			measure: measureOtherLink,
		},
		{
			ID: "q4", points: 15, Ask: "From which call of the server on does a client's connect succeed?",
			Choices: []text.Phrase{"socket", "bind", "listen", "accept"}, right: "c", because: "listen makes the socket one that takes connections; the kernel shakes hands by itself.",
			measure: measureFirstConnect,
		},
		{
			ID: "q5", points: 15, Ask: "The server has called listen and not yet accept. What does a client's connect do?",
			Choices: []text.Phrase{"it is refused", "it waits until accept is called", "it returns at once, and the connection waits in the queue for accept"}, right: "c", because: "listen makes the queue of connections; accept takes them out of it.",
			measure: measureQueue,
		},
		{
			ID: "q6", points: 14, Ask: "A client does not call bind. When does its TCP socket get its address and port?",
			Choices: []text.Phrase{"at socket", "at connect", "at the first send", "it never gets them"}, right: "b", because: "connect chooses a free port and the address that fits the way to the server.",
			measure: measureClientPort,
		},
		{
			ID: "q7", points: 14, Ask: "An iterative server is busy with one client. What happens to a second client that connects and sends a message?",
			Choices: []text.Phrase{"it is refused", "it gets its answer when the first client has gone", "it gets its answer at once"}, right: "b", because: "The server calls accept again only when it is done with the first client; until then the second one waits in the queue.",
			measure: measureIterative,
		},
	}
}

func theory() grade.Assignment {
	var all []grade.Check
	var points []int
	for _, q := range Questions() {
		all = append(all, grade.Check{
			ID: q.ID, Title: q.Ask, Document: doc001, Run: q.check,
			Hint: "Try it: lab predict and lab explain show what happens and why.",
		})
		points = append(points, q.points)
	}
	return grade.Assignment{
		ID: "theory", Title: "The seven questions about TCP and its layers", Kind: grade.Answers, Documents: []string{doc001},
		Checks: worth(all, points...),
	}
}

// check compares the student's letter with what was measured.
func (q Question) check(ctx context.Context, s *grade.Subject) error {
	answers, err := readAnswers(s.File())
	if err != nil {
		return grade.Failf("The file of answers should have a line like %s, but: %v.", q.ID+" = a", grade.Reason(err))
	}
	s.Stepf("read the answers")
	given := answers[q.ID]
	letters := "abcdefgh"[:len(q.Choices)]
	if given == "" {
		return grade.Failf("There should be an answer to %s, a line like %s, but there is none.", q.ID, q.ID+" = a")
	}
	if len(given) != 1 || !strings.Contains(letters, given) {
		return grade.Failf("The answer to %s should be one of the letters %s, but it is %q.", q.ID, strings.Join(strings.Split(letters, ""), ", "), given)
	}
	right, seen := q.truth(ctx, s)
	if given != right {
		return grade.Failf("The answer to %s is not %s (%s). %s %s", q.ID, given, text.Say(q.Choices[given[0]-'a']), seen, text.Say(q.because))
	}
	return nil
}

// truth measures where it can. Where this system does not let it, the standard
// decides.
func (q Question) truth(ctx context.Context, s *grade.Subject) (string, text.Message) {
	letter, seen, err := q.measure(ctx)
	if err != nil {
		s.Stepf("measuring did not work here: %v", grade.Reason(err))
		return q.right, text.Message{}
	}
	s.Stepf("measure: %s", seen)
	return letter, seen
}

// maxAnswers bounds the file of answers, in bytes.
const maxAnswers = 64 << 10

// readAnswers reads a JSON object or lines "q1 = a", where # begins a comment.
func readAnswers(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err) // the path would tell about the grader's disk
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(io.LimitReader(f, maxAnswers+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxAnswers {
		return nil, grade.Failf("it is longer than %d bytes", maxAnswers)
	}
	return parseAnswers(body)
}

func parseAnswers(body []byte) (map[string]string, error) {
	answers := map[string]string{}
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		var given map[string]any
		if err := json.Unmarshal(body, &given); err != nil {
			return nil, grade.Failf("it is not JSON: %v", err)
		}
		for id, answer := range given {
			answers[clean(id)] = clean(fmt.Sprint(answer))
		}
		return answers, nil
	}
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if id, answer, ok := strings.Cut(line, "="); ok {
			answers[clean(id)] = clean(answer)
		}
	}
	return answers, lines.Err()
}

func clean(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// AnswerTemplate is a file of answers to fill in. say translates a key of the
// catalogue.
func AnswerTemplate(say func(text.Phrase) string) string {
	var b strings.Builder
	for _, q := range Questions() {
		fmt.Fprintf(&b, "# %s. %s\n", q.ID[1:], say(q.Ask))
		for i, choice := range q.Choices {
			fmt.Fprintf(&b, "#   %c) %s\n", 'a'+i, say(choice))
		}
		fmt.Fprintf(&b, "%s =\n\n", q.ID)
	}
	return b.String()
}
