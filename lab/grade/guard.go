package grade

import (
	"sync"
	"time"

	"echolab/lab/text"
)

// Every wait of a check has an end. On a machine that is too busy the grader itself may
// sleep through it, and a good program looks slow. So each check is watched for how
// late the grader ran; one that failed and was late is done again while no other check
// runs, and where it fails late again, it has found out nothing. What passed stays: no
// program meets a requirement by being kept waiting.

// tooLate is how late the grader may not be. The shortest patience that a program is
// promised or must have is one second; half of it is left for the program.
const tooLate = 500 * time.Millisecond

// everyCheck guards all checks of this process.
var everyCheck = &guard{watch: watchLateness}

// guard keeps checks from judging under load.
type guard struct {
	// alone is held for reading by each check that runs beside others, and for
	// writing by one that must run alone.
	alone sync.RWMutex
	// watch begins to measure; what it returns ends that, and says by how much the
	// grader was late at worst.
	watch func() (end func() time.Duration)
}

// fairly does a check, and again alone where it failed and the grader was late.
func (g *guard) fairly(check func() CheckResult) CheckResult {
	r, late := g.watched(g.alone.RLocker(), check)
	if !r.doubtful(late) {
		return r
	}
	r, late = g.watched(&g.alone, check)
	if r.doubtful(late) {
		r.unknown(text.Say("The grader itself ran late, also when nothing else was graded: " +
			"this machine is too busy to tell."))
	}
	return r
}

func (g *guard) watched(room sync.Locker, check func() CheckResult) (CheckResult, time.Duration) {
	room.Lock()
	defer room.Unlock()
	end := g.watch()
	r := check()
	return r, end()
}

// doubtful reports whether a check may have failed because the grader was late. A fork
// bomb makes the grader late, too, but that is its own doing: a limit ends it.
func (r *CheckResult) doubtful(late time.Duration) bool {
	return late >= tooLate && r.Status == Failed && (r.Exit == nil || r.Exit.Limit == "")
}

// unknown takes back what a check found.
func (r *CheckResult) unknown(why text.Message) {
	*r = CheckResult{
		ID: r.ID, Title: r.Title, Max: r.Max, Visibility: r.Visibility, Document: r.Document, Seconds: r.Seconds,
		Status: Unknown, Message: why,
	}
}

// watchLateness wakes again and again, and measures by how much it is late.
func watchLateness() (end func() time.Duration) {
	const every = 5 * time.Millisecond
	stop, worst := make(chan struct{}), make(chan time.Duration)
	due := time.Now().Add(every)
	go func() {
		var most time.Duration
		for over := false; !over; {
			select {
			case <-time.After(every):
			case <-stop:
				over = true
			}
			most = max(most, time.Since(due))
			due = time.Now().Add(every)
		}
		worst <- most
	}()
	return func() time.Duration {
		close(stop)
		return <-worst
	}
}
