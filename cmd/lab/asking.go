package main

import (
	"context"
	"errors"
	"strings"

	"echolab/lab/quiz"
	"echolab/lab/text"
)

// asking asks the questions on a terminal, or reads the answers from a pipe.
type asking struct {
	t     *terminal
	p     text.Printer
	about map[string][]string // what is said of each experiment, by id
}

// all asks every question. On a terminal a wrong answer is asked for again; on a
// pipe it is an error. Where the input ends or a line is Q, the other questions
// are left unanswered.
func (a *asking) all(ctx context.Context, questions []quiz.Question) (quiz.Answers, error) {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	lines, failed := readLines(reading, a.t)
	answers, last := quiz.Answers{}, ""
	a.t.promptf("%s\n", a.p.Say("An empty line leaves a question out; Q ends the questions."))
	for i := 0; i < len(questions); {
		q := questions[i]
		if q.Experiment != last {
			last = q.Experiment
			a.t.promptf("\n%s: %s\n", last, strings.Join(a.about[last], "\n"))
		}
		a.t.promptf("%d/%d  %s\n      %s: ", i+1, len(questions), a.p.Text(q.Prompt), q.Takes(a.p))
		select {
		case <-ctx.Done():
			a.t.promptf("\n")
			return answers, ctx.Err()
		case line, more := <-lines:
			if !more {
				a.t.promptf("\n")
				if len(answers) > 0 && !isTerminal(a.t.in) {
					a.t.warnf("the answers ended before %s; questions left unanswered: %d", q.Key(), len(questions)-i)
				}
				return answers, <-failed
			}
			again, err := a.answer(answers, q, string(line))
			if err != nil {
				return answers, err
			}
			if !again {
				i++
			}
		}
	}
	return answers, nil
}

// answer takes one line. Again tells to ask the same question once more.
func (a *asking) answer(answers quiz.Answers, q quiz.Question, line string) (again bool, err error) {
	if line == "" {
		return false, nil
	}
	g, err := q.Parse(line)
	switch {
	case err == nil:
		answers[q.Key()] = g
		return false, nil
	case isTerminal(a.t.in):
		a.t.promptf("      %s\n", a.reason(err))
		return true, nil
	}
	return false, misusef("it takes "+q.Takes(text.Printer{}), "%s: %w", q.Key(), err)
}

// reason is why an answer does not fit, in the language of the questions.
func (a *asking) reason(err error) string {
	var unfit *quiz.Misfit
	if errors.As(err, &unfit) {
		return a.p.Text(unfit.Reason)
	}
	return err.Error()
}
