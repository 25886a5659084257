// Package checks has the assignments and the checks of each.
//
// An assignment is one literal, and so is each of its checks: what the program
// must do, its points, where the requirement comes from, and a script that finds
// out. A script is a list of steps like connect, send and want, each of which
// tells what it does before it does it. A check that several assignments share is
// made by a function, which is told its points.
//
// Read hello.go first, the shortest server, then tcp_server.go.
package checks

import (
	"context"

	"echolab/lab/grade"
)

// The documents that the requirements come from.
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
		helloTCP, echoTCPOnce, echoTCP, echoTCPConcurrent, upperTCP, clientTCP,
		echoUDP, upperUDP, clientUDP, reliableUDP, theory(),
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

// run does a check on a program.
type run = func(ctx context.Context, s *grade.Subject) error

// portBound is the first check of every server.
func portBound(points int) grade.Check {
	return grade.Check{
		ID: "port-bound", Title: "listens on the port that it is given", Points: points, Document: doc000,
		Hint: "Take the port from the command line ({port}) or from the variable PORT; bind to it, " +
			"and for TCP call listen.",
		Run: script(func(ctx context.Context, s *session) error {
			if s.Network() == "tcp" {
				return connect("")(ctx, s)
			}
			if s.Running() {
				return s.run(ctx, open(""), wantAnyAnswer(""))
			}
			return nil // starting it has seen the port
		}),
	}
}
