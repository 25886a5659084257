package checks

import (
	"context"
	"errors"
	"time"

	"echolab/lab/grade"
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

// survivesJunk throws at a TCP server what no client should, and then talks to
// it properly.
func (serve service) survivesJunk() func(context.Context, *grade.Subject) error {
	return script(
		junk("A"), junk("B"),
		repeat(50, "connect and close", connect("C"), hangUp("C")),
		serve.visit("D"))
}

// junk sends random bytes and reads whatever comes back.
func junk(name string) step {
	return func(ctx context.Context, p *play) error {
		bytes := make([]byte, 4096)
		for i := range bytes {
			bytes[i] = byte(p.Rand.Uint32())
		}
		return p.run(ctx, []step{connect(name), send(name, bytes), hangUp(name)})
	}
}

// steadyDescriptors counts open files before and after many clients.
func (serve service) steadyDescriptors(client func(serve service) step) func(context.Context, *grade.Subject) error {
	return script(
		repeat(warmUp, "a client connects, asks and leaves", client(serve)),
		func(ctx context.Context, p *play) error {
			before, err := look(p)
			if err != nil {
				return err
			}
			p.tellf("the program has %d files and sockets open", before.Descriptors)
			if err := repeat(leakClients, "a client connects, asks and leaves", client(serve))(ctx, p); err != nil {
				return err
			}
			after, err := settled(ctx, p, before.Descriptors+spareFiles)
			if err != nil {
				return err
			}
			p.tellf("the program has %d files and sockets open", after)
			if after > before.Descriptors+spareFiles {
				return grade.Failf("The program should have as many files and sockets open after %d clients as before, but it went from %d to %d.",
					leakClients, before.Descriptors, after)
			}
			return nil
		})
}

type usage struct {
	Descriptors int
	Memory      int64
}

func look(p *play) (usage, error) {
	u, err := p.Usage()
	if errors.Is(err, errors.ErrUnsupported) {
		return usage{}, &grade.Skip{Reason: text.Say("This system does not say what a program uses.")}
	}
	return usage{u.Descriptors, u.Memory}, err
}

// settled waits for the descriptors to fall to most, or for settle to pass.
func settled(ctx context.Context, p *play, most int) (int, error) {
	deadline := within(ctx, settle)
	for {
		u, err := look(p)
		if err != nil || u.Descriptors <= most || time.Now().After(deadline) {
			return u.Descriptors, err
		}
		if err := pause(20*time.Millisecond)(ctx, &play{Subject: p.Subject, silent: true}); err != nil {
			return 0, err
		}
	}
}

// steadyMemory serves clients in rounds until the memory has stopped to grow
// between two of them. A leak never stops; a garbage collector and buffers
// that find their size do.
func (serve service) steadyMemory(client func(serve service) step) func(context.Context, *grade.Subject) error {
	return script(func(ctx context.Context, p *play) error {
		var first, last int64
		for round := range memoryRounds {
			if err := repeat(leakClients, "a client connects, asks and leaves", client(serve))(ctx, p); err != nil {
				return err
			}
			u, err := look(p)
			if err != nil {
				return err
			}
			p.tellf("the program uses %d KiB of memory", u.Memory>>10)
			switch {
			case round == 0:
				first = u.Memory
			case u.Memory-last <= steadyMemory:
				return nil
			}
			last = u.Memory
		}
		return grade.Failf("The program's memory should stay the same however many clients came, but over %d clients it grew from %d KiB to %d KiB and did not stop.",
			(memoryRounds-1)*leakClients, first>>10, last>>10)
	})
}
