package checks

import (
	"slices"
	"time"

	"echolab/lab/grade"
)

// korean is a line of UTF-8 beyond ASCII.
const korean = "안녕하세요, 에코 서버!\n"

func portCheck() grade.Check {
	return grade.Check{
		ID: "port-bound", Title: "listens on the port that it is given", Document: doc000, Run: portBound(),
		Hint: "Take the port from the command line ({port}) or from the variable PORT; bind to it, and for TCP call listen.",
	}
}

func (serve service) lineCheck() grade.Check {
	return grade.Check{
		ID: "echoes-one-line", Title: "sends a line back", Document: doc000, Run: serve.oneMessage("hello, echo\n"),
		Needs: []string{"port-bound"},
		Hint:  "Receive, and send back exactly the bytes that were received.",
	}
}

func (serve service) koreanCheck() grade.Check {
	return grade.Check{
		ID: "keeps-utf8", Title: "sends Korean text (UTF-8) back unharmed", Document: doc000, Run: serve.oneMessage(korean),
		Needs: []string{"echoes-one-line"},
		Hint:  "Treat a message as bytes. Do not decode it, and do not look at its characters one by one.",
	}
}

func (serve service) nulCheck() grade.Check {
	return grade.Check{
		ID: "keeps-nul-bytes", Title: "sends bytes of value 0 back", Document: doc004, Run: serve.oneMessage("left\x00right\x00\x00end\n"),
		Needs: []string{"echoes-one-line"},
		Hint:  "The length of a message is what recv returned. strlen stops at the first byte of value 0.",
	}
}

func (serve service) nothingAddedCheck() grade.Check {
	return grade.Check{
		ID: "adds-nothing", Title: "sends not a byte more than it received", Document: doc004, Run: serve.addsNothing(),
		Needs: []string{"echoes-one-line"},
		Hint:  "Send as many bytes as were received: no line end, no byte of value 0 behind them.",
	}
}

func (serve service) nextClientCheck() grade.Check {
	return grade.Check{
		ID: "serves-next-client", Title: "serves ten clients one after the other", Document: doc001, Run: serve.servesNextClient(),
		Needs: []string{"echoes-one-line"},
		Hint:  "Put accept into a loop that does not end. A server runs until it is stopped.",
	}
}

func (serve service) resetCheck(once bool) grade.Check {
	run := serve.survivesReset()
	if once {
		run = serve.resetAfterOne()
	}
	return grade.Check{
		ID: "survives-reset", Title: "goes on when a client breaks off", Document: doc004, Run: run,
		Needs: []string{"serves-next-client"},
		Hint:  "recv and send may fail: then close this client and accept the next one. A write to a broken connection raises SIGPIPE: ignore it.",
	}
}

// streamChecks are those of a TCP server that answers until the client closes.
func (serve service) streamChecks() []grade.Check {
	return slices.Concat(serve.contentChecks(), serve.closingChecks(), serve.lastingChecks())
}

// contentChecks look at what comes back.
func (serve service) contentChecks() []grade.Check {
	return []grade.Check{
		portCheck(), serve.lineCheck(),
		{
			ID: "echoes-one-byte", Title: "sends a single byte back", Document: doc001, Run: serve.oneMessage("x"),
			Needs: []string{"echoes-one-line"},
			Hint:  "Answer what has come, without waiting for a line end or for a full buffer.",
		},
		{
			ID: "echoes-empty-line", Title: "sends an empty line back", Document: doc001, Run: serve.oneMessage("\n"),
			Needs: []string{"echoes-one-line"},
			Hint:  "An empty line is one byte, the line end. It is not the end of the conversation.",
		},
		serve.nulCheck(), serve.koreanCheck(), serve.nothingAddedCheck(),
		{
			ID: "answers-every-message", Title: "answers every message of a client, not only the first", Document: doc001, Run: serve.answersEveryMessage(),
			Needs: []string{"echoes-one-line", "adds-nothing"},
			Hint:  "Put recv and send into a loop that ends when recv returns 0: then the client has closed.",
		},
		{
			ID: "long-line-not-cut", Title: "sends a line of 5,000 bytes back whole", Document: doc001, Run: serve.ofLetters(5000),
			Needs: []string{"answers-every-message"},
			Hint:  "A message may be longer than the buffer. Go on receiving and sending until the client closes.",
		},
		{
			ID: "echoes-1mib", Title: "sends 1 MiB back", Document: doc001, Run: serve.ofLetters(1 << 20),
			Needs: []string{"long-line-not-cut"},
			Hint:  "send may take less than it is given: send the rest again (sendall in Python), and answer while the client still sends.",
		},
		{
			ID: "merges-small-writes", Title: "sends many short messages back in order", Document: doc001, Run: serve.mergesSmallWrites(),
			Needs: []string{"answers-every-message", "long-line-not-cut"},
			Hint:  "TCP has no message boundaries: one recv may bring many messages. Send back all that it brought.",
		},
		{
			ID: "joins-split-message", Title: "sends a message back that comes in pieces", Document: doc001, Run: serve.joinsSplitMessage(),
			Needs: []string{"answers-every-message"},
			Hint:  "TCP has no message boundaries: a message may need many recv calls. Send back what each of them brought.",
		},
	}
}

// closingChecks look at how a conversation ends and the next one begins.
func (serve service) closingChecks() []grade.Check {
	return []grade.Check{
		{
			ID: "closes-with-client", Title: "closes when the client closes", Document: doc001, Run: serve.closesWithClient(),
			Needs: []string{"echoes-one-line", "adds-nothing"},
			Hint:  "recv returns 0 (in Python b\"\") when the client has closed: leave the loop and close the client's socket.",
		},
		{
			ID: "half-close-gets-rest", Title: "answers all even if the client stops sending at once", Document: doc004, Run: serve.halfCloseGetsRest(),
			Needs: []string{"long-line-not-cut"},
			Hint:  "The end of the client's data is not the end of the connection: send all that was received, then close.",
		},
		serve.nextClientCheck(), serve.resetCheck(false),
	}
}

// lastingChecks look at whether the server lasts.
func (serve service) lastingChecks() []grade.Check {
	visit := func(s service) step { return s.visit("A") }
	return []grade.Check{
		{
			ID: "survives-junk", Title: "goes on after junk and fifty hasty clients", Document: doc004, Run: serve.survivesJunk(),
			Needs: []string{"serves-next-client", "survives-reset", "keeps-utf8", "keeps-nul-bytes"},
			Hint:  "Whatever a client sends or leaves out, the server closes it and serves the next one.",
		},
		{
			ID: "steady-descriptors", Title: "gives every socket and file back", Document: doc004, Run: serve.steadyDescriptors(visit),
			Needs: []string{"serves-next-client", "closes-with-client"}, Process: true, Timeout: time.Minute,
			Hint: "Close the client's socket on every way out of the loop, and whatever else was opened for it.",
		},
		{
			ID: "steady-memory", Title: "needs no more memory after thousands of clients", Document: doc004, Run: serve.steadyMemory(visit),
			Needs: []string{"serves-next-client", "steady-descriptors"}, Process: true, Timeout: 2 * time.Minute,
			Hint: "Free what was allocated for a client, and do not collect messages or threads of clients that have gone.",
		},
	}
}

func (serve service) concurrentChecks() []grade.Check {
	return []grade.Check{
		{
			ID: "idle-client-blocks-nobody", Title: "serves others while one client says nothing", Document: doc003, Run: serve.idleClientBlocksNobody(),
			Needs: []string{"echoes-one-line", "adds-nothing"},
			Hint:  "An iterative server stays with one client until it closes. Give each client a thread or process, or wait for all of them with select or poll.",
		},
		{
			ID: "clients-kept-apart", Title: "mixes nothing up between two clients", Document: doc003, Run: serve.clientsKeptApart(),
			Needs: []string{"idle-client-blocks-nobody", "answers-every-message"},
			Hint:  "What belongs to one client (its socket, its buffer) must not be shared: no global or static variables for it.",
		},
		{
			ID: "serves-many-at-once", Title: "serves twenty clients at once", Document: doc003, Run: serve.servesManyAtOnce(20),
			Needs: []string{"idle-client-blocks-nobody", "clients-kept-apart"},
			Hint:  "Do not bound the number of clients, and give listen a backlog that holds those who come at the same time.",
		},
	}
}

// changeChecks are those of a TCP server that answers with changed data.
func (serve service) changeChecks() []grade.Check {
	same := serve.nothingAddedCheck()
	same.ID, same.Title = "same-length", "answers with exactly as many bytes as came"
	checks := []grade.Check{
		{
			ID: "answers-changed-data", Title: "answers in capital letters", Document: doc002, Run: serve.oneMessage("hello, echo\n"),
			Needs: []string{"port-bound"},
			Hint:  "Change the letters a to z to A to Z, and send the message back.",
		},
		{
			ID: "keeps-other-bytes", Title: "leaves everything but letters as it is", Document: doc002, Run: serve.oneMessage("abc XYZ 123 {|}~ @[`\t!\n"),
			Needs: []string{"echoes-one-line"},
			Hint:  "Only the 26 letters a to z change. Look at what a formula does to the characters next to them.",
		},
		serve.nulCheck(), serve.koreanCheck(), same,
	}
	return checks
}

func helloChecks() []grade.Check {
	return []grade.Check{
		portCheck(),
		{
			ID: "greets", Title: "sends a greeting with the word hello", Document: doc001, Run: greets(), Needs: []string{"port-bound"},
			Hint: "After accept, send a line with the word hello to the client's socket.",
		},
		{
			ID: "greets-without-being-asked", Title: "greets a client that says nothing", Document: doc001, Run: script(connect(""), wantGreeting("")), Needs: []string{"greets"},
			Hint: "Send the greeting right after accept. Do not wait for a message of the client.",
		},
		{
			ID: "greets-once", Title: "greets a client once", Document: doc001, Run: greetsOnce(), Needs: []string{"greets-without-being-asked"},
			Hint: "One accept, one greeting.",
		},
		{
			ID: "closes-after-greeting", Title: "closes the connection after the greeting", Document: doc001, Run: closesAfterGreeting(), Needs: []string{"greets-without-being-asked"},
			Hint: "After the greeting, close the client's socket (not the listening one).",
		},
		{
			ID: "serves-next-client", Title: "greets ten clients one after the other", Document: doc001, Run: greetsTen(), Needs: []string{"greets-without-being-asked"},
			Hint: "Put accept into a loop that does not end. A server runs until it is stopped.",
		},
		{
			ID: "survives-reset", Title: "goes on when a client breaks off", Document: doc001, Run: greetsAfterReset(), Needs: []string{"serves-next-client"},
			Hint: "send may fail when the client has gone: then close it and accept the next one. A write to a broken connection raises SIGPIPE: ignore it.",
		},
	}
}
