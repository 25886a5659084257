package checks

import (
	"context"
	"errors"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// Numbers of the checks that look for leaks.
const (
	warmUp       = 50  // clients before the first look
	leakClients  = 500 // clients between two looks
	memoryRounds = 8   // looks at the memory at most
	// steadyMemory is what the memory may grow by from one look to the next
	// and still count as steady: 3 KiB for each client. A garbage collector
	// lets less than that lie for thousands of clients; Go's first comes at a
	// heap of 4 MiB. A smaller leak is not found.
	steadyMemory = leakClients * 3 << 10
	// spareFiles is by how many descriptors two looks may differ: connections
	// that are just being closed.
	spareFiles = 8
	settle     = 3 * time.Second // for descriptors to be given back
)

// visits are n clients one after the other.
func (serve service) visits(n int) step {
	return repeat(n, "a client connects, asks and leaves", serve.visit("A"))
}

// Numbers of the checks that count processes and threads. A pool of threads and a
// program that takes its children in when the next client comes may have many of
// them, but not one for every client that has gone.
const (
	crowd     = 60
	spareOnes = crowd / 2
)

// leavesNoZombies counts processes that have ended and were not waited for.
func leavesNoZombies(points int) grade.Check {
	return grade.Check{
		ID: "leaves-no-zombies", Title: "waits for the processes that it started", Points: points, Document: doc003,
		Needs: []string{"serves-next-client", "closes-with-client"}, Process: true,
		Hint: "A process that has ended stays in the list as a zombie until its parent calls waitpid: do so on SIGCHLD, " +
			"with WNOHANG until none is left, or ignore SIGCHLD.",
		Run: script(tcpEcho.visits(crowd), func(ctx context.Context, s *session) error {
			zombies, err := settled(ctx, s, spareOnes, func(u sandbox.Usage) int { return u.Zombies })
			if err != nil || zombies <= spareOnes {
				return err
			}
			return grade.Failf("The program should have waited for the processes that served clients, "+
				"but after %d clients %d zombies were left.", crowd, zombies)
		}),
	}
}

// endsThreads counts processes and threads before and after many clients.
func endsThreads(points int) grade.Check {
	return grade.Check{
		ID: "ends-threads", Title: "ends the threads and processes of clients that have gone",
		Points: points, Document: doc003,
		Needs: []string{"serves-next-client", "closes-with-client"}, Process: true,
		Hint: "The thread or process of a client ends when recv returns 0: return from its function, " +
			"and in a child process call exit.",
		Run: script(tcpEcho.visits(spareFiles), func(ctx context.Context, s *session) error {
			alive := func(u sandbox.Usage) int { return u.Processes - u.Zombies }
			before, err := usage(s)
			if err != nil {
				return err
			}
			if err := tcpEcho.visits(crowd)(ctx, s); err != nil {
				return err
			}
			most := alive(before) + spareOnes
			after, err := settled(ctx, s, most, alive)
			if err != nil || after <= most {
				return err
			}
			return grade.Failf("The program should have as many threads and processes after %d clients as before, "+
				"but it went from %d to %d.", crowd, alive(before), after)
		}),
	}
}

// steadyDescriptors counts open files before and after many clients.
func (serve service) steadyDescriptors(points int, hint text.Phrase, needs ...string) grade.Check {
	return grade.Check{
		ID: "steady-descriptors", Title: "gives every socket and file back", Points: points, Document: doc004,
		Needs: needs, Hint: hint, Process: true, Timeout: time.Minute,
		Run: script(serve.visits(warmUp), func(ctx context.Context, s *session) error {
			before, err := usage(s)
			if err != nil {
				return err
			}
			most := before.Descriptors + spareFiles
			s.tellf("the program has %d files and sockets open", before.Descriptors)
			if err := serve.visits(leakClients)(ctx, s); err != nil {
				return err
			}
			after, err := settled(ctx, s, most, func(u sandbox.Usage) int { return u.Descriptors })
			if err != nil {
				return err
			}
			s.tellf("the program has %d files and sockets open", after)
			if after > most {
				return grade.Failf("The program should have as many files and sockets open after %d clients as before, "+
					"but it went from %d to %d.", leakClients, before.Descriptors, after)
			}
			return nil
		}),
	}
}

func usage(s *session) (sandbox.Usage, error) {
	u, err := s.Usage()
	if errors.Is(err, errors.ErrUnsupported) {
		return u, &grade.Skip{Reason: text.Say("This system does not say what a program uses.")}
	}
	return u, err
}

// settled waits for a number to fall to most, or for settle to pass.
func settled(ctx context.Context, s *session, most int, number func(sandbox.Usage) int) (int, error) {
	deadline := within(ctx, settle)
	for {
		u, err := usage(s)
		if err != nil || number(u) <= most || time.Now().After(deadline) {
			return number(u), err
		}
		if err := pause(20*time.Millisecond)(ctx, s.silently()); err != nil {
			return 0, err
		}
	}
}

// steadyMemory serves clients in rounds until the memory has stopped to grow
// between two of them. A leak never stops; a garbage collector and buffers
// that find their size do.
func (serve service) steadyMemory(points int, hint text.Phrase, needs ...string) grade.Check {
	return grade.Check{
		ID: "steady-memory", Title: "needs no more memory after thousands of clients", Points: points, Document: doc004,
		Needs: append(needs, "steady-descriptors"), Hint: hint, Process: true, Timeout: 2 * time.Minute,
		Run: script(func(ctx context.Context, s *session) error {
			var first, last int64
			for round := range memoryRounds {
				if err := serve.visits(leakClients)(ctx, s); err != nil {
					return err
				}
				u, err := usage(s)
				if err != nil {
					return err
				}
				s.tellf("the program uses %d KiB of memory", u.Memory>>10)
				switch {
				case round == 0:
					first = u.Memory
				case u.Memory-last <= steadyMemory:
					return nil
				}
				last = u.Memory
			}
			return grade.Failf("The program's memory should stay the same however many clients came, "+
				"but over %d clients it grew from %d KiB to %d KiB and did not stop.",
				(memoryRounds-1)*leakClients, first>>10, last>>10)
		}),
	}
}
