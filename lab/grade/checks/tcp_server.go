package checks

import (
	"context"
	"errors"
	"fmt"

	"echolab/lab/grade"
	"echolab/lab/text"
)

var echoTCPOnce = grade.Assignment{
	ID: "echo-tcp-once", Title: "A TCP echo server for one message", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{"receive once, and send back exactly what came"},
	Checks: []grade.Check{
		portBound(10), tcpEcho.echoesOneLine(20), tcpEcho.keepsUTF8(15), tcpEcho.keepsNulBytes(10), tcpEcho.exactLength(10),
		{
			ID: "closes-after-answer", Title: "closes the connection after its one answer", Points: 10, Document: doc000,
			Needs: []string{tcpEcho.answers, tcpEcho.exact},
			Hint:  "After the answer is sent, close the client's socket (not the listening one).",
			Run:   script(connect(""), tcpEcho.askWord(""), wantEnd("", text.Say("after its one answer"))),
		},
		tcpEcho.servesNextClient(15),
		survivesReset(10, connect("A"), reset("A"), connect("B"), reset("B"), tcpEcho.visit("C")),
	},
}

var echoTCP = grade.Assignment{
	ID: "echo-tcp", Title: "A TCP echo server", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{
		"receive, and send back what came, until the client closes",
		"let an error of one client end its conversation only",
	},
	Checks: []grade.Check{
		portBound(5), tcpEcho.echoesOneLine(10), tcpEcho.echoesOneByte(5), tcpEcho.echoesEmptyLine(5),
		tcpEcho.keepsNulBytes(5), tcpEcho.keepsUTF8(5), tcpEcho.exactLength(5), tcpEcho.answersEveryMessage(10),
		tcpEcho.longLineNotCut(5), tcpEcho.echoes1MiB(5), tcpEcho.mergesSmallWrites(5), tcpEcho.joinsSplitMessage(5),
		tcpEcho.closesWithClient(5), tcpEcho.halfCloseGetsRest(5), tcpEcho.servesNextClient(5),
		tcpEcho.survivesResetLater(5), tcpEcho.survivesJunk(4), tcpEcho.steadyTCPDescriptors(3), tcpEcho.steadyTCPMemory(3),
	},
}

var echoTCPConcurrent = grade.Assignment{
	ID: "echo-tcp-concurrent", Title: "A TCP echo server for many clients at once", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{
		"receive, and send back what came, until the client closes",
		"serve other clients meanwhile (this needs a change in main, too)",
	},
	Checks: []grade.Check{
		portBound(3), tcpEcho.echoesOneLine(5), tcpEcho.echoesOneByte(3), tcpEcho.echoesEmptyLine(3),
		tcpEcho.keepsNulBytes(3), tcpEcho.keepsUTF8(3), tcpEcho.exactLength(3), tcpEcho.answersEveryMessage(5),
		tcpEcho.longLineNotCut(3), tcpEcho.echoes1MiB(3), tcpEcho.mergesSmallWrites(3), tcpEcho.joinsSplitMessage(3),
		tcpEcho.closesWithClient(3), tcpEcho.halfCloseGetsRest(3), tcpEcho.servesNextClient(3),
		tcpEcho.survivesResetLater(3), tcpEcho.survivesJunk(3), tcpEcho.steadyTCPDescriptors(3), tcpEcho.steadyTCPMemory(3),
		{
			ID: "idle-client-blocks-nobody", Title: "serves others while one client says nothing", Points: 15, Document: doc003,
			Needs: []string{tcpEcho.answers, tcpEcho.exact},
			Hint: "An iterative server stays with one client until it closes. Give each client a thread or process, " +
				"or wait for all of them with select or poll.",
			Run: script(connect("A"), idleClientBlocksNobody),
		},
		{
			ID: "clients-kept-apart", Title: "mixes nothing up between two clients", Points: 12, Document: doc003,
			Needs: []string{"idle-client-blocks-nobody", "answers-every-message"},
			Hint: "What belongs to one client (its socket, its buffer) must not be shared: " +
				"no global or static variables for it.",
			Run: script(connect("A"), connect("B"), twoClientsInTurns),
		},
		{
			ID: "serves-many-at-once", Title: "serves twenty clients at once", Points: 12, Document: doc003,
			Needs: []string{"idle-client-blocks-nobody", "clients-kept-apart"},
			Hint: "Do not bound the number of clients, and give listen a backlog that holds those who come " +
				"at the same time.",
			Run: script(manyAtOnce(20)...),
		},
	},
}

var upperTCP = grade.Assignment{
	ID: "upper-tcp", Title: "A TCP server that answers in capital letters", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{"receive, and send back what came with a to z as A to Z, until the client closes"},
	Checks: []grade.Check{
		portBound(5),
		{
			ID: tcpUpper.answers, Title: "answers in capital letters", Points: 20, Document: doc002,
			Needs: []string{"port-bound"},
			Hint:  "Change the letters a to z to A to Z, and send the message back.",
			Run:   tcpUpper.oneMessage("hello, echo\n"),
		},
		tcpUpper.keepsOtherBytes(10), tcpUpper.keepsNulBytes(5), tcpUpper.keepsUTF8(10), tcpUpper.exactLength(10),
		tcpUpper.answersEveryMessage(10), tcpUpper.longLineNotCut(5), tcpUpper.joinsSplitMessage(5),
		tcpUpper.closesWithClient(5), tcpUpper.halfCloseGetsRest(5), tcpUpper.servesNextClient(5),
		tcpUpper.survivesResetLater(5),
	},
}

// idleClientBlocksNobody lets client B ask while client A is connected and
// silent.
func idleClientBlocksNobody(ctx context.Context, s *session) error {
	s.tellf("%s says nothing", label("A"))
	err := s.run(ctx, connect("B"), tcpEcho.askWord("B"))
	if failure, ok := errors.AsType[*grade.Failure](err); ok {
		return grade.Failf("%s Meanwhile client A was connected and silent.", failure.Sentence)
	}
	if err != nil {
		return err
	}
	return tcpEcho.askWord("A")(ctx, s)
}

// twoClientsInTurns sends messages of client A in two halves, with one of client
// B in between.
func twoClientsInTurns(ctx context.Context, s *session) error {
	for range 5 {
		a, b := word(s.Subject), word(s.Subject)
		half := len(a) / 2
		err := s.run(ctx, send("A", a[:half]), send("B", b), send("A", a[half:]), want("B", b), want("A", a))
		if err != nil {
			return err
		}
	}
	return nil
}

// manyAtOnce has n clients connected before the first one speaks.
func manyAtOnce(n int) []step {
	var steps []step
	for i := range n {
		steps = append(steps, connect(fmt.Sprint(i+1)))
	}
	for range 2 {
		for i := range n {
			steps = append(steps, tcpEcho.askWord(fmt.Sprint(n-i)))
		}
	}
	return steps
}

// steadyTCPDescriptors is steadyDescriptors of a server of connections.
func (serve service) steadyTCPDescriptors(points int) grade.Check {
	return serve.steadyDescriptors(points,
		"Close the client's socket on every way out of the loop, and whatever else was opened for it.",
		"serves-next-client", "closes-with-client")
}

// steadyTCPMemory is steadyMemory of a server of connections.
func (serve service) steadyTCPMemory(points int) grade.Check {
	return serve.steadyMemory(points,
		"Free what was allocated for a client, and do not collect messages or threads of clients that have gone.",
		"serves-next-client")
}
