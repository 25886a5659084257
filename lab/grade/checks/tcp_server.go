package checks

import (
	"echolab/lab/grade"
	"echolab/lab/text"
)

var echoTCPOnce = grade.Assignment{
	ID: "echo-tcp-once", Title: "A TCP echo server for one message", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{"receive once, and send back exactly what came"},
	Checks: []grade.Check{
		portBound(10), tcpEchoOnce.echoesOneLine(20), tcpEchoOnce.keepsUTF8(10), tcpEchoOnce.keepsNulBytes(10),
		tcpEchoOnce.keepsCRLF(5), tcpEchoOnce.exactLength(10),
		{
			ID: "closes-after-answer", Title: "closes the connection after its one answer", Points: 10, Document: doc000,
			Needs: []string{tcpEchoOnce.answers},
			Hint:  "After the answer is sent, close the client's socket (not the listening one).",
			Run:   script(connect(""), tcpEchoOnce.askWord(""), wantEnd("", text.Say("after its one answer"))),
		},
		tcpEchoOnce.servesNextClient(20),
		survivesReset(5, connect("A"), reset("A"), connect("B"), reset("B"), tcpEchoOnce.visit("C")),
	},
}

var echoTCP = grade.Assignment{
	ID: "echo-tcp", Title: "A TCP echo server", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{
		"receive, and send back what came, until the client closes",
		"let an error of one client end its conversation only",
	},
	Checks: []grade.Check{
		portBound(4), tcpEcho.echoesOneLine(8), tcpEcho.echoesOneByte(3), tcpEcho.echoesEmptyLine(3),
		tcpEcho.keepsNulBytes(3), tcpEcho.keepsUTF8(3), tcpEcho.keepsCRLF(3), tcpEcho.keepsEveryByte(4),
		tcpEcho.exactLength(5), tcpEcho.answersEveryMessage(8), tcpEcho.longLineNotCut(4), tcpEcho.echoes1MiB(4),
		tcpEcho.mergesSmallWrites(3), tcpEcho.joinsSplitMessage(3), tcpEcho.waitsForSlowClient(3),
		tcpEcho.closesWithClient(4), tcpEcho.halfCloseGetsRest(4), tcpEcho.answersPromptly(3, "answers-every-message"),
		tcpEcho.servesSlowReader(3), tcpEcho.servesNextClient(12), tcpEcho.survivesResetLater(4),
		tcpEcho.survivesResetMidway(3), tcpEcho.survivesJunk(2),
		tcpEcho.steadyTCPDescriptors(2), tcpEcho.steadyTCPMemory(2),
	},
}

var echoTCPConcurrent = grade.Assignment{
	ID: "echo-tcp-concurrent", Title: "A TCP echo server for many clients at once", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{
		"receive, and send back what came, until the client closes",
		"serve other clients meanwhile (this needs a change in main, too)",
	},
	Checks: []grade.Check{
		portBound(2), tcpEcho.echoesOneLine(5), tcpEcho.echoesOneByte(2), tcpEcho.echoesEmptyLine(2),
		tcpEcho.keepsNulBytes(2), tcpEcho.keepsUTF8(2), tcpEcho.keepsCRLF(2), tcpEcho.keepsEveryByte(2),
		tcpEcho.exactLength(3), tcpEcho.answersEveryMessage(4), tcpEcho.longLineNotCut(2), tcpEcho.echoes1MiB(2),
		tcpEcho.mergesSmallWrites(2), tcpEcho.joinsSplitMessage(2), tcpEcho.waitsForSlowClient(2),
		tcpEcho.closesWithClient(3), tcpEcho.halfCloseGetsRest(2), tcpEcho.answersPromptly(2, "answers-every-message"),
		tcpEcho.servesSlowReader(2), tcpEcho.servesNextClient(6), tcpEcho.survivesResetLater(3),
		tcpEcho.survivesResetMidway(2), tcpEcho.survivesJunk(2),
		leavesNoZombies(3), endsThreads(3),
		tcpEcho.steadyTCPDescriptors(2, "leaves-no-zombies", "ends-threads"), tcpEcho.steadyTCPMemory(2),
		idleClientBlocksNobody(12), clientsKeptApart(5), streamsOverlap(5), servesManyAtOnce(5), servesHundreds(5),
	},
}

var upperTCP = grade.Assignment{
	ID: "upper-tcp", Title: "A TCP server that answers in capital letters", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{"receive, and send back what came with a to z as A to Z, until the client closes"},
	Checks: []grade.Check{
		portBound(5),
		tcpUpper.answersAtAll(10), tcpUpper.answersChangedData(10),
		tcpUpper.keepsOtherBytes(8), tcpUpper.keepsNulBytes(4), tcpUpper.keepsUTF8(8), tcpUpper.keepsCRLF(3),
		tcpUpper.keepsEveryByte(4, "keeps-other-bytes"), tcpUpper.exactLength(8), tcpUpper.answersEveryMessage(8),
		tcpUpper.longLineNotCut(4), tcpUpper.joinsSplitMessage(4), tcpUpper.waitsForSlowClient(3),
		tcpUpper.closesWithClient(4), tcpUpper.halfCloseGetsRest(4), tcpUpper.servesNextClient(10),
		tcpUpper.survivesResetLater(3),
	},
}

// steadyTCPDescriptors is steadyDescriptors of a server of connections.
func (serve service) steadyTCPDescriptors(points int, needs ...string) grade.Check {
	return serve.steadyDescriptors(points,
		"Close the client's socket on every way out of the loop, and whatever else was opened for it.",
		append(needs, "serves-next-client", "closes-with-client", "answers-promptly")...)
}

// steadyTCPMemory is steadyMemory of a server of connections.
func (serve service) steadyTCPMemory(points int) grade.Check {
	return serve.steadyMemory(points,
		"Free what was allocated for a client, and do not collect messages or threads of clients that have gone.",
		"serves-next-client")
}
