package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// Options says what is graded and how.
type Options struct {
	Command      []string // with {host}, {port} and {role}; or the file of answers
	Address      string   // HOST:PORT of a server that already runs, instead of Command
	Dir          string   // where Command runs, in a copy; "" is the working directory
	Hide         []string // folders that the program may not see, though Dir lies in one of them
	Port         uint16   // a port that the program has fixed in its source; 0 gives it one
	Env          []string // names of variables that the program gets to see besides its own
	Seed         uint64
	Timeout      time.Duration      // for all checks together; 0 is DefaultTimeout
	StartTimeout time.Duration      // until a server must listen; 0 is DefaultStartTimeout
	Student      string             // whose program it is, for Secret and Receipts; "" where nobody says
	Secret       []byte             // of the teacher, for a seed of each student's own; empty: all have Seed
	Receipts     map[string]Receipt // when it was handed in, by student; nil: nothing is late
	Version      string             // of this program, for the record
	Progress     func(check string) // called when a check begins; may be nil
	Step         func(text.Message) // called with each step before it is done, one call at a time; may be nil

	guard *guard // nil is everyCheck
}

// The defaults of Options.
const (
	DefaultTimeout      = 10 * time.Minute
	DefaultStartTimeout = 10 * time.Second
)

// Validate sets the defaults, and says what is wrong with the options.
func (o *Options) Validate(a Assignment) error {
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.StartTimeout = cmp.Or(o.StartTimeout, DefaultStartTimeout)
	o.guard = cmp.Or(o.guard, everyCheck)
	switch {
	case o.Timeout < 0 || o.StartTimeout < 0:
		return errors.New("a timeout must be positive")
	case o.Address != "" && len(o.Command) > 0:
		return errors.New("give an address or a command, not both")
	case o.Address == "" && len(o.Command) == 0 && a.Kind == Answers:
		return fmt.Errorf("%s needs the file of answers", a.ID)
	case o.Address == "" && len(o.Command) == 0:
		return fmt.Errorf("%s needs the command that starts the program", a.ID)
	case o.Address != "" && a.Kind != Server:
		return fmt.Errorf("%s does not grade a server, so there is no address to give", a.ID)
	case len(o.Secret) > 0 && len(o.Secret) < LeastSecret:
		return fmt.Errorf("a secret has %d bytes at least", LeastSecret)
	case a.Kind == Pair && !strings.Contains(strings.Join(o.Command, " "), "{role}"):
		return fmt.Errorf("the command of %s needs {role}, which stands for sender or receiver", a.ID)
	}
	if o.Address != "" {
		if _, _, err := net.SplitHostPort(o.Address); err != nil {
			return fmt.Errorf("address %q: want HOST:PORT", o.Address)
		}
	}
	return nil
}

// ErrUsage is the error of options that make no sense.
var ErrUsage = errors.New("options")

// Run grades one program. The error is that of the grader: whatever the
// program does ends up in the result. When ctx ends, the grading breaks off:
// Run returns what it found until then, with the error of ctx.
func Run(ctx context.Context, a Assignment, o Options) (*Result, error) {
	if err := o.Validate(a); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	if len(o.Secret) > 0 {
		o.Seed = StudentSeed(o.Secret, a.ID, o.Student)
	}
	began := time.Now()
	r := newResult(a, &o)
	for left := o.Timeout; len(r.Checks) < len(a.Checks); {
		c := a.Checks[len(r.Checks)]
		one := o.guard.fairly(func() CheckResult {
			began := time.Now()
			defer func() { left -= time.Since(began) }()
			limited, cancel := context.WithTimeout(ctx, left)
			defer cancel()
			return runCheck(limited, a, c, r, &o)
		})
		r.Score += one.Score
		r.Checks = append(r.Checks, one)
	}
	r.Seconds = time.Since(began).Seconds()
	if r.Count(Unknown) > 0 {
		r.warn("The machine was too busy for some checks: their points are unknown. Grade again when it is quiet.")
	}
	r.takeOff(a.Policy, &o)
	if interrupted(ctx) {
		r.Interrupted = true
		r.warn("The grading was interrupted: what had not been checked by then gives no points.")
	}
	return r, ctx.Err()
}

func newResult(a Assignment, o *Options) *Result {
	r := &Result{
		Schema: SchemaName, Lab: o.Version, Assignment: a.ID, Digest: a.Digest, Title: a.Heading(),
		Command: o.Command, Address: o.Address, Seed: o.Seed, Max: a.Max(), Due: a.Policy.Due,
		Checks: []CheckResult{}, Warnings: []text.Message{},
	}
	if n := a.Unseen; n.Checks > 0 {
		r.Warnings = append(r.Warnings, text.Sayf(
			"This is a copy for students: your teacher grades with %d checks more, for %d points.", n.Checks, n.Points))
	}
	return r
}

// runCheck does one check and closes all that it opened.
func runCheck(ctx context.Context, a Assignment, c Check, r *Result, o *Options) CheckResult {
	result := c.result()
	if status, reason := c.obstacle(ctx, r, o); status != "" {
		result.Status, result.Message = status, reason
		return result
	}
	if o.Progress != nil {
		o.Progress(c.ID)
	}
	began := time.Now()
	timeout := cmp.Or(c.Timeout, DefaultCheckTimeout)
	checking, cancel := context.WithTimeout(ctx, sandbox.Scaled(timeout))
	defer cancel()
	s := newSubject(a, c.ID, o)
	err := s.run(checking, c)
	if _, failed := errors.AsType[*Failure](err); err != nil && !failed && checking.Err() != nil && ctx.Err() == nil {
		err = Failf("The check should have been over within %v, but it was not.", timeout)
	}
	result.judge(ctx, c, s, err)
	r.warn(s.warnings()...)
	if err := s.close(); err != nil && result.Status == Passed {
		result.Status, result.Score, result.Message = Errored, 0, text.Sayf("The grader could not go on: %v.", err)
	}
	result.Seconds = time.Since(began).Seconds()
	return result
}

// obstacle is why a check is not done, and its status then; "" where nothing is in its way.
func (c Check) obstacle(ctx context.Context, r *Result, o *Options) (Status, text.Message) {
	if interrupted(ctx) {
		return Skipped, text.Say("Interrupted before this check.")
	}
	if ctx.Err() != nil {
		return Skipped, text.Sayf("The time for all checks together (%v) was used up.", o.Timeout)
	}
	if c.Process && o.Address != "" {
		return Skipped, text.Say("A server that was already running cannot be looked into.")
	}
	for _, id := range c.Needs {
		needed := r.Find(id)
		switch {
		case needed == nil || needed.Status == Passed:
		case needed.Status == Unknown:
			return Unknown, text.Sayf("It needs %s, which is unknown.", id)
		default:
			return Skipped, text.Sayf("First make %s pass.", id)
		}
	}
	return "", text.Message{}
}

// judge turns the outcome of a check into its result.
func (r *CheckResult) judge(ctx context.Context, c Check, s *Subject, err error) {
	if interrupted(ctx) { // whatever it found, it was we who ended the program
		r.Status, r.Message, r.Steps = Skipped, text.Say("Interrupted during this check."), s.transcript.list()
		return
	}
	if err == nil {
		r.Status, r.Score = Passed, c.Points
		return
	}
	var skip *Skip
	var failure *Failure
	switch {
	case errors.As(err, &skip):
		r.Status, r.Message = Skipped, skip.Reason
		return
	case errors.As(err, &failure):
		r.Status, r.Message, r.Hint = Failed, failure.Sentence, c.Own.Say(c.Hint)
	case ctx.Err() != nil:
		r.Status, r.Message = Failed, text.Sayf("The time for all checks together (%v) was used up.", s.options.Timeout)
	default:
		r.Status, r.Message = Errored, text.Sayf("The grader could not go on: %v.", err)
	}
	if exit, ended := s.Ended(); ended {
		r.Exit = &exit
		if said := ExitText(exit); !strings.Contains(r.Message.String(), said.String()) {
			r.Ended = text.Sayf("The program had ended by then: %s.", said)
		}
	}
	r.Steps = s.transcript.list()
	r.Output, r.OutputCut = s.output()
}

// warn adds warnings that are new.
func (r *Result) warn(warnings ...text.Phrase) {
	for _, w := range warnings {
		if !slices.ContainsFunc(r.Warnings, func(known text.Message) bool { return known.Phrase == w }) {
			r.Warnings = append(r.Warnings, text.Say(w))
		}
	}
}
