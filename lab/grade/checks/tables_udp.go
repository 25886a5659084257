package checks

import (
	"time"

	"echolab/lab/grade"
	"echolab/lab/link"
)

// datagramChecks are those of a UDP server.
func (serve service) datagramChecks() []grade.Check {
	visit := func(s service) step { return s.visitDatagram("A") }
	return []grade.Check{
		portCheck(),
		{
			ID: "echoes-datagram", Title: "sends a datagram back", Document: doc000, Run: serve.oneDatagram("hello, echo\n"), Needs: []string{"port-bound"},
			Hint: "recvfrom tells who sent the datagram: send it back to that address with sendto.",
		},
		{
			ID: "keeps-nul-bytes", Title: "sends bytes of value 0 back", Document: doc004, Run: serve.oneDatagram("left\x00right\x00\x00end\n"), Needs: []string{"echoes-datagram"},
			Hint: "The length of a message is what recvfrom returned. strlen stops at the first byte of value 0.",
		},
		{
			ID: "keeps-utf8", Title: "sends Korean text (UTF-8) back unharmed", Document: doc000, Run: serve.oneDatagram(korean), Needs: []string{"echoes-datagram"},
			Hint: "Treat a message as bytes. Do not decode it, and do not look at its characters one by one.",
		},
		{
			ID: "adds-nothing", Title: "sends not a byte more than it received", Document: doc004, Run: serve.addsNothingDatagram(), Needs: []string{"echoes-datagram"},
			Hint: "Send as many bytes as were received: no line end, no byte of value 0 behind them.",
		},
		{
			ID: "zero-length-datagram", Title: "answers an empty datagram with an empty one", Document: doc000, Run: serve.oneDatagram(""), Needs: []string{"echoes-datagram", "adds-nothing"},
			Hint: "In UDP a length of 0 is a message like any other. It does not mean that somebody closed.",
		},
		{
			ID: "one-datagram-each", Title: "sends one datagram for every datagram", Document: doc000, Run: serve.oneDatagramEach(), Needs: []string{"echoes-datagram"},
			Hint: "One recvfrom, one sendto.",
		},
		{
			ID: "keeps-boundaries", Title: "keeps datagrams apart that come quickly", Document: doc000, Run: serve.keepsBoundaries(), Needs: []string{"echoes-datagram", "adds-nothing", "one-datagram-each"},
			Hint: "Answer each datagram before the next one is received, or keep their bytes and lengths apart.",
		},
		{
			ID: "largest-datagram", Title: "sends the largest datagram back whole (65,507 bytes)", Document: doc000, Run: serve.lettersDatagram(largestDatagram), Needs: []string{"echoes-datagram", "adds-nothing"},
			Hint: "What does not fit into the buffer of recvfrom is lost. Use a buffer of 65,535 bytes.",
		},
		{
			ID: "clients-kept-apart", Title: "answers each client with its own data", Document: doc000, Run: serve.datagramsKeptApart(), Needs: []string{"echoes-datagram", "one-datagram-each", "keeps-boundaries"},
			Hint: "Send the answer to the address that this very recvfrom told, and not to an earlier one.",
		},
		{
			ID: "answers-from-same-port", Title: "answers from the port that was asked", Document: doc000, Run: serve.answersFromSamePort(), Needs: []string{"echoes-datagram"},
			Hint: "Send the answer through the socket that received the datagram. A new socket has another port, and clients do not accept its answers.",
		},
		{
			ID: "survives-junk", Title: "goes on after junk", Document: doc004, Run: serve.survivesJunkDatagrams(),
			Needs: []string{"echoes-datagram", "keeps-utf8", "keeps-nul-bytes", "zero-length-datagram", "clients-kept-apart"},
			Hint:  "Whatever a datagram holds, answer it and receive the next one.",
		},
		{
			ID: "steady-descriptors", Title: "gives every socket and file back", Document: doc004, Run: serve.steadyDescriptors(visit),
			Needs: []string{"echoes-datagram", "clients-kept-apart"}, Process: true, Timeout: time.Minute,
			Hint: "A UDP server needs one socket for all clients. Close whatever else is opened for an answer.",
		},
		{
			ID: "steady-memory", Title: "needs no more memory after thousands of clients", Document: doc004, Run: serve.steadyMemory(visit),
			Needs: []string{"echoes-datagram", "steady-descriptors"}, Process: true, Timeout: 2 * time.Minute,
			Hint: "Free what was allocated for a datagram, and do not collect the clients that have come.",
		},
	}
}

// changeDatagramChecks are those of a UDP server that answers with changed data.
func (serve service) changeDatagramChecks() []grade.Check {
	return []grade.Check{
		{
			ID: "answers-changed-data", Title: "answers in capital letters", Document: doc002, Run: serve.oneDatagram("hello, echo\n"), Needs: []string{"port-bound"},
			Hint: "Change the letters a to z to A to Z, and send the datagram back.",
		},
		{
			ID: "keeps-other-bytes", Title: "leaves everything but letters as it is", Document: doc002, Run: serve.oneDatagram("abc XYZ 123 {|}~ @[`\t!\n"), Needs: []string{"echoes-datagram"},
			Hint: "Only the 26 letters a to z change. Look at what a formula does to the characters next to them.",
		},
		{
			ID: "keeps-nul-bytes", Title: "sends bytes of value 0 back", Document: doc004, Run: serve.oneDatagram("left\x00right\x00\x00end\n"), Needs: []string{"echoes-datagram"},
			Hint: "The length of a message is what recvfrom returned. strlen stops at the first byte of value 0.",
		},
		{
			ID: "keeps-utf8", Title: "sends Korean text (UTF-8) back unharmed", Document: doc000, Run: serve.oneDatagram(korean), Needs: []string{"echoes-datagram"},
			Hint: "Treat a message as bytes. Do not decode it, and do not look at its characters one by one.",
		},
		{
			ID: "same-length", Title: "answers with exactly as many bytes as came", Document: doc004, Run: serve.addsNothingDatagram(), Needs: []string{"echoes-datagram"},
			Hint: "Send as many bytes as were received: no line end, no byte of value 0 behind them.",
		},
	}
}

func clientChecks() []grade.Check {
	return []grade.Check{
		{
			ID: "sends-each-line", Title: "sends every line of its input", Document: doc001, Run: clientSends(),
			Hint: "Connect to {host} and {port}, read a line from standard input, send it, wait for the reply, and begin again.",
		},
		{
			ID: "prints-each-reply", Title: "prints every reply", Document: doc001, Run: clientPrints(), Needs: []string{"sends-each-line"},
			Hint: "Print what the server sent, and not what you sent: the grader's server answers in capital letters.",
		},
		{
			ID: "reads-whole-reply", Title: "waits for the whole reply", Document: doc001, Run: clientReadsWhole(), Needs: []string{"prints-each-reply"},
			Hint: "TCP has no message boundaries: a reply may come in pieces. Receive until as many bytes came as were sent.",
		},
		{
			ID: "quits-on-q", Title: "ends when Q or q is typed", Document: doc001, Run: both(clientQuits("Q"), clientQuits("q")), Needs: []string{"sends-each-line"},
			Hint: "Compare the line with Q and q before it is sent; then close the socket and end.",
		},
		{
			ID: "ends-at-eof", Title: "ends at the end of its input", Document: doc004, Run: clientEndsAtEOF(), Needs: []string{"reads-whole-reply"},
			Hint: "The function that reads a line says when there is none (fgets: NULL, Python: an empty string, getline: false).",
		},
		{
			ID: "reports-refused", Title: "says when nobody listens", Document: doc001, Run: clientReportsRefused(),
			Hint: "connect may fail: print the reason, and end with an exit status other than 0.",
		},
		{
			ID: "ends-when-server-closes", Title: "ends when the server closes", Document: doc004, Run: clientEndsWithServer(), Needs: []string{"reads-whole-reply"},
			Hint: "recv returns 0 (in Python b\"\") when the server has closed: no more will come.",
		},
	}
}

func callerChecks() []grade.Check {
	return []grade.Check{
		{
			ID: "sends-each-line", Title: "sends every line of its input as a datagram", Document: doc000, Run: patiently(callerSends()),
			Hint: "Read a line from standard input, send it to {host} and {port}, wait for the reply, and begin again.",
		},
		{
			ID: "prints-each-reply", Title: "prints every reply", Document: doc000, Run: patiently(callerPrints()), Needs: []string{"sends-each-line"},
			Hint: "Print each datagram that the server sends.",
		},
		{
			ID: "lost-reply-does-not-hang", Title: "goes on when a reply is lost", Document: doc000, Run: patiently(callerSurvivesLoss()), Needs: []string{"prints-each-reply"}, Timeout: time.Minute,
			Hint: "UDP may lose a datagram. Wait for a reply for a second or two only (SO_RCVTIMEO, settimeout, SetReadDeadline), say that it is missing, and go on.",
		},
		{
			ID: "late-reply-not-mistaken", Title: "does not take a late reply for the next one", Document: doc000, Run: patiently(callerTellsLate()), Needs: []string{"lost-reply-does-not-hang"}, Timeout: time.Minute,
			Hint: "A reply may come after you have given it up. Compare a reply with what was sent, and drop what does not belong to it.",
		},
		{
			ID: "quits-on-q", Title: "ends when Q or q is typed", Document: doc001, Run: both(callerQuits("Q"), callerQuits("q")), Needs: []string{"sends-each-line"},
			Hint: "Compare the line with Q and q before it is sent; then end.",
		},
	}
}

func reliableChecks() []grade.Check {
	const long = 2 * time.Minute
	return []grade.Check{
		{
			ID: "delivers-without-loss", Title: "delivers a file where nothing is lost", Document: doc003, Run: delivers(10<<10, link.Conditions{}), Timeout: long,
			Hint: "Cut the file into datagrams of about 1,000 bytes, number them, and write them in order on the other side.",
		},
		{
			ID: "ends", Title: "ends on both sides after the last acknowledgement", Document: doc003, Run: endsAfterTransfer(), Needs: []string{"delivers-without-loss"}, Timeout: long,
			Hint: "Mark the end of the file with a datagram of its own, acknowledge it, and let the receiver stay a moment longer for repetitions of it.",
		},
		{
			ID: "no-duplicates", Title: "writes nothing twice where datagrams come twice", Document: doc003, Run: delivers(20<<10, link.Conditions{Duplicate: 0.4}), Needs: []string{"delivers-without-loss"}, Timeout: long,
			Hint: "The receiver acknowledges a datagram that it knows already, and does not write it again. The sender ignores acknowledgements that it knows already.",
		},
		{
			ID: "in-order", Title: "writes in order where datagrams overtake each other", Document: doc003, Run: delivers(40<<10, link.Conditions{Delay: holdBack, Reorder: 0.7}), Needs: []string{"delivers-without-loss", "no-duplicates"}, Timeout: long,
			Hint: "Write a datagram only when all before it have been written; keep or drop those that come too early.",
		},
		{
			ID: "delivers-under-loss", Title: "delivers a file where a fifth of the datagrams is lost", Document: doc000, Run: delivers(20<<10, link.Conditions{Loss: 0.2}), Needs: []string{"delivers-without-loss", "no-duplicates"}, Timeout: long,
			Hint: "Send a datagram again when no acknowledgement comes in time. Acknowledgements are lost, too.",
		},
		{
			ID: "delivers-under-reorder", Title: "delivers a file where all goes wrong at once", Document: doc003, Run: delivers(40<<10, link.Conditions{Loss: 0.1, Duplicate: 0.3, Delay: holdBack, Reorder: 0.8}),
			Needs: []string{"in-order", "delivers-under-loss"}, Timeout: long,
			Hint: "An old acknowledgement that comes late must not pass for that of the datagram that is on its way now: number both.",
		},
		{
			ID: "large-file", Title: "delivers a file of 300 KiB", Document: doc003, Run: delivers(300<<10, link.Conditions{Loss: 0.01}), Needs: []string{"delivers-under-loss"}, Timeout: long,
			Hint: "Numbers must not run out (a number of one byte does after 256 datagrams), and a lost datagram must not cost many seconds.",
		},
	}
}
