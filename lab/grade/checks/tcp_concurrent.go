package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"echolab/lab/grade"
)

// The checks of servers that serve many clients at once.

func idleClientBlocksNobody(points int) grade.Check {
	return grade.Check{
		ID: "idle-client-blocks-nobody", Title: "serves others while one client says nothing",
		Points: points, Document: doc003,
		Needs: []string{tcpEcho.answers},
		Hint: "An iterative server stays with one client until it closes. Give each client a thread or process, " +
			"or wait for all of them with select or poll.",
		Run: script(connect("A"), othersAreServed),
	}
}

// othersAreServed lets client B ask while client A is connected and silent.
func othersAreServed(ctx context.Context, s *session) error {
	s.tellf("%s says nothing", label("A"))
	err := s.run(ctx, connect("B"), tcpEcho.askWord("B"))
	if failure, ok := errors.AsType[*grade.Failure](err); ok {
		return grade.Failf("%s Meanwhile client A was connected and silent.", failure.Sentence)
	}
	return err
}

func clientsKeptApart(points int) grade.Check {
	return grade.Check{
		ID: "clients-kept-apart", Title: "mixes nothing up between two clients", Points: points, Document: doc003,
		Needs: []string{"idle-client-blocks-nobody", "answers-every-message"},
		Hint: "What belongs to one client (its socket, its buffer) must not be shared: " +
			"no global or static variables for it.",
		Run: script(greetedClient("A"), greetedClient("B"), twoClientsInTurns),
	}
}

// greetedClient connects and has one message answered, so that what comes later
// is answers.
func greetedClient(name string) step { return inOrder(connect(name), tcpEcho.askWord(name)) }

// twoClientsInTurns never has both of them wait for an answer: that is another
// check's.
func twoClientsInTurns(ctx context.Context, s *session) error {
	for range 5 {
		a, b := tcpEcho.answer(word(s.Subject), apart), tcpEcho.answer(word(s.Subject), apart)
		if err := s.run(ctx, send("A", a.sent), want("A", a), send("B", b.sent), want("B", b)); err != nil {
			return err
		}
	}
	return nil
}

// streamsOverlap has the program stuck in the middle of an answer to client A,
// who does not read yet, while it answers client B: a buffer that both share is
// overwritten before A has got it. A program that serves B only when A has read
// may do so.
func streamsOverlap(points int) grade.Check {
	return grade.Check{
		ID: "streams-overlap", Title: "keeps long answers to two clients apart", Points: points, Document: doc003,
		Needs: []string{"clients-kept-apart", "serves-slow-reader"},
		Hint: "Threads run at the same time, also in the middle of send: the buffer must be the thread's own " +
			"(a local variable), neither global nor static.",
		Run: script(greetedClient("A"), readsSlowly("A"), greetedClient("B"), func(ctx context.Context, s *session) error {
			a := flow{message: letters(s.Subject, muchMore), later: late + late/2, tolerance: apart}
			b := flow{message: letters(s.Subject, 256<<10), tolerance: apart}
			var first, second error
			var clients sync.WaitGroup
			clients.Go(func() { first = tcpEcho.longMessage("A", a)(ctx, s) })
			clients.Go(func() { second = s.run(ctx, pause(late), tcpEcho.longMessage("B", b)) })
			clients.Wait()
			return cmp.Or(first, second)
		}),
	}
}

func servesManyAtOnce(points int) grade.Check {
	return grade.Check{
		ID: "serves-many-at-once", Title: "serves twenty clients at once", Points: points, Document: doc003,
		Needs: []string{"clients-kept-apart"},
		Hint: "Do not bound the number of clients, and give listen a backlog that holds those who come " +
			"at the same time.",
		Run: script(manyAtOnce(20, everyone(20, tcpEcho.askWord))),
	}
}

// hundreds is more than a table of 64 or 100 clients holds, and less than the
// processes that a program may have.
const hundreds = 200

func servesHundreds(points int) grade.Check {
	return grade.Check{
		ID: "serves-hundreds", Title: "serves 200 clients at once, who pause and come back", Points: points, Document: doc003,
		Needs: []string{"serves-many-at-once", "answers-every-message", "waits-for-slow-client", "answers-promptly"},
		Hint: "A table or a pool of a fixed size is full one day: let it grow, or give each client a thread. " +
			"A client that says nothing for a while is still there.",
		Run: script(manyAtOnce(hundreds,
			everyone(hundreds, tcpEcho.askWord), pause(outOfPatience), everyone(hundreds, tcpEcho.askWord))),
	}
}

// manyAtOnce has n clients connected before they do what they came for.
func manyAtOnce(n int, steps ...step) step {
	return inOrder(everyone(n, connect), inOrder(steps...), everyone(n, hangUp))
}

// everyone is a step of each of n clients.
func everyone(n int, what func(name string) step) step {
	var steps []step
	for i := range n {
		steps = append(steps, what(fmt.Sprint(i+1)))
	}
	return inOrder(steps...)
}
