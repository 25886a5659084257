package checks

import (
	"fmt"
	"slices"

	"echolab/lab/grade"
)

// The documents that assignments and checks come from.
const (
	doc000 = "000_4fb1e7b5eede80f4.txt" // a Python server for one message, TCP and UDP compared
	doc001 = "001_761ababd146f3772.txt" // iterative C++ server and client
	doc002 = "002_7b00320dff4de1fa.txt" // a server that changes the data
	doc003 = "003_99bf60a5fccc99a0.txt" // the limits of iterative servers
	doc004 = "004_75d9a397e0300f60.txt" // C server and client, a socket for each client
)

// All are the assignments, in the order of a course.
func All() []grade.Assignment {
	return []grade.Assignment{
		helloTCP(), echoTCPOnce(), echoTCP(), echoTCPConcurrent(), upperTCP(), clientTCP(),
		echoUDP(), upperUDP(), clientUDP(), reliableUDP(), theory(),
	}
}

// Find returns the assignment with that id.
func Find(id string) (grade.Assignment, bool) {
	for _, a := range All() {
		if a.ID == id {
			return a, true
		}
	}
	return grade.Assignment{}, false
}

// worth gives checks their points, in their order.
func worth(checks []grade.Check, points ...int) []grade.Check {
	for i := range checks {
		checks[i].Points = points[i]
	}
	return checks
}

func helloTCP() grade.Assignment {
	return grade.Assignment{
		ID: "hello-tcp", Title: "A TCP server that greets", Kind: grade.Server, Network: "tcp", Documents: []string{doc001},
		Checks: worth(helloChecks(), 10, 25, 10, 10, 15, 20, 10),
	}
}

func echoTCPOnce() grade.Assignment {
	s := service(echo)
	checks := []grade.Check{portCheck(), s.lineCheck(), s.koreanCheck(), s.nulCheck(), s.nothingAddedCheck(),
		{
			ID: "closes-after-answer", Title: "closes the connection after its one answer", Document: doc000,
			Needs: []string{"echoes-one-line", "adds-nothing"}, Run: s.closesAfterAnswer(),
			Hint: "After the answer is sent, close the client's socket (not the listening one).",
		},
		s.nextClientCheck(), s.resetCheck(true),
	}
	return grade.Assignment{
		ID: "echo-tcp-once", Title: "A TCP echo server for one message", Kind: grade.Server, Network: "tcp", Documents: []string{doc000},
		Checks: worth(checks, 10, 20, 15, 10, 10, 10, 15, 10),
	}
}

func echoTCP() grade.Assignment {
	return grade.Assignment{
		ID: "echo-tcp", Title: "A TCP echo server", Kind: grade.Server, Network: "tcp", Documents: []string{doc001, doc004},
		Checks: worth(service(echo).streamChecks(),
			5, 10, 5, 5, 5, 5, 5, 10, 5, 5, 5, 5, 5, 5, 5, 5, 4, 3, 3),
	}
}

func echoTCPConcurrent() grade.Assignment {
	s := service(echo)
	checks := append(s.streamChecks(), s.concurrentChecks()...)
	return grade.Assignment{
		ID: "echo-tcp-concurrent", Title: "A TCP echo server for many clients at once", Kind: grade.Server, Network: "tcp", Documents: []string{doc003, doc004},
		Checks: worth(checks,
			3, 5, 3, 3, 3, 3, 3, 5, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 15, 12, 12),
	}
}

func upperTCP() grade.Assignment {
	s := service(upper)
	checks := append([]grade.Check{portCheck()}, s.changeChecks()...)
	checks = append(checks, pick(s.streamChecks(), "answers-every-message", "long-line-not-cut", "joins-split-message",
		"closes-with-client", "half-close-gets-rest", "survives-reset", "serves-next-client")...)
	return grade.Assignment{
		ID: "upper-tcp", Title: "A TCP server that answers in capital letters", Kind: grade.Server, Network: "tcp", Documents: []string{doc002},
		Checks: worth(rename(checks, "echoes-one-line", "answers-changed-data", "adds-nothing", "same-length"),
			5, 20, 10, 5, 10, 10, 10, 5, 5, 5, 5, 5, 5),
	}
}

func echoUDP() grade.Assignment {
	return grade.Assignment{
		ID: "echo-udp", Title: "A UDP echo server", Kind: grade.Server, Network: "udp", Documents: []string{doc000},
		Checks: worth(service(echo).datagramChecks(),
			5, 20, 5, 5, 5, 5, 10, 10, 10, 5, 10, 4, 3, 3),
	}
}

func upperUDP() grade.Assignment {
	s := service(upper)
	checks := append([]grade.Check{portCheck()}, s.changeDatagramChecks()...)
	checks = append(checks, pick(s.datagramChecks(), "zero-length-datagram", "largest-datagram", "one-datagram-each",
		"clients-kept-apart", "answers-from-same-port", "survives-junk")...)
	return grade.Assignment{
		ID: "upper-udp", Title: "A UDP server that answers in capital letters", Kind: grade.Server, Network: "udp", Documents: []string{doc002},
		Checks: worth(rename(checks, "echoes-datagram", "answers-changed-data", "adds-nothing", "same-length"),
			5, 20, 10, 5, 10, 10, 5, 5, 10, 10, 5, 5),
	}
}

func clientTCP() grade.Assignment {
	return grade.Assignment{
		ID: "client-tcp", Title: "A TCP echo client", Kind: grade.Client, Network: "tcp", Documents: []string{doc001, doc004},
		Checks: worth(clientChecks(), 20, 15, 20, 15, 10, 10, 10),
	}
}

func clientUDP() grade.Assignment {
	return grade.Assignment{
		ID: "client-udp", Title: "A UDP echo client", Kind: grade.Client, Network: "udp", Documents: []string{doc000},
		Checks: worth(callerChecks(), 25, 20, 25, 15, 15),
	}
}

func reliableUDP() grade.Assignment {
	return grade.Assignment{
		ID: "reliable-udp", Title: "A reliable transfer over UDP", Kind: grade.Pair, Network: "udp", Documents: []string{doc000, doc003},
		Checks: worth(reliableChecks(), 15, 10, 15, 15, 20, 10, 15),
	}
}

// pick takes checks by id.
func pick(checks []grade.Check, ids ...string) []grade.Check {
	var picked []grade.Check
	for _, c := range checks {
		if slices.Contains(ids, c.ID) {
			picked = append(picked, c)
		}
	}
	if len(picked) != len(ids) {
		panic(fmt.Sprintf("%d of %d checks", len(picked), len(ids)))
	}
	return picked
}

// rename gives what is needed its name in this assignment: pairs of old and
// new. What is needed and not there is dropped.
func rename(checks []grade.Check, pairs ...string) []grade.Check {
	there := map[string]bool{}
	for _, c := range checks {
		there[c.ID] = true
	}
	for i, c := range checks {
		var needs []string
		for _, id := range c.Needs {
			if at := slices.Index(pairs, id); at >= 0 && at%2 == 0 {
				id = pairs[at+1]
			}
			if there[id] {
				needs = append(needs, id)
			}
		}
		checks[i].Needs = needs
	}
	return checks
}
