package checks

import (
	"context"
	"errors"
	"os"
	"slices"

	"echolab/lab/grade"
	"echolab/lab/quiz"
	"echolab/lab/text"
)

// theory asks the quiz's questions about theory, one check a question.
func theory() grade.Assignment {
	a := grade.Assignment{
		ID: "theory", Title: "The seven questions about TCP and its layers", Kind: grade.Answers, Form: quiz.Form,
	}
	for _, q := range quiz.Theory() {
		a.Checks = append(a.Checks, grade.Check{
			ID: q.ID, Title: q.Prompt.Phrase, Points: q.Points, Document: doc001, Hint: q.Hint,
			Run: func(_ context.Context, s *grade.Subject) error { return checkAnswer(s, q) },
		})
	}
	return a
}

// checkAnswer holds the student's letter against the right one.
func checkAnswer(s *grade.Subject, q quiz.Question) error {
	example := q.ID + " = a"
	answers, troubles, err := readAnswers(s.File())
	if err != nil {
		return grade.Failf("The file of answers should have a line like %s, but: %v.", example, answerReason(err))
	}
	s.Stepf("read the answers")
	given, answered := answers[q.Key()]
	if !answered {
		for _, t := range slices.Backward(troubles) {
			if t.Key == q.Key() {
				return grade.Failf("The answer to %s should be one of its letters, but %s.", q.ID, answerReason(t.Err))
			}
		}
		return grade.Failf("There should be an answer to %s, a line like %s, but there is none.", q.ID, example)
	}
	if given.Choice != q.Right {
		return grade.Failf("The answer to %s is not %s (%s). %s",
			q.ID, given.Text, text.Say(q.Choices[given.Choice].Word), text.Say(q.Because))
	}
	return nil
}

func readAnswers(path string) (quiz.Answers, []*quiz.Trouble, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errors.Unwrap(err) // the path would tell about the grader's disk
	}
	defer func() { _ = f.Close() }()
	return quiz.ReadAll(f, quiz.Theory())
}

// answerReason says what is wrong with answers as a part of a sentence.
func answerReason(err error) text.Message {
	if unfit, ok := errors.AsType[*quiz.Misfit](err); ok {
		return unfit.Reason
	}
	return grade.Reason(err)
}
