package checks

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"

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
	if unfit, ok := errors.AsType[*grade.Failure](err); ok {
		return unfit
	}
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
	f, err := openAnswers(path)
	if about, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, nil, about.Err // the path would tell about the grader's disk
	}
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }()
	return quiz.ReadAll(f, quiz.Theory())
}

// largestAnswers bounds the file of answers, in bytes: the form has a few thousand.
const largestAnswers = 64 << 10

// openAnswers opens the file of answers, which is a stranger's. What is no file
// may block whoever opens it, or never end, and a link may lead to the solution.
func openAnswers(path string) (*os.File, error) {
	named, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if kind := notAFile(named.Mode()); kind != "" {
		return nil, grade.Failf("The answers should be in an ordinary file, but there is %s.", kind)
	}
	if named.Size() > largestAnswers {
		return nil, grade.Failf("The file of answers should have at most %d bytes, but has %d.",
			largestAnswers, named.Size())
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(named, opened) {
		_ = f.Close()
		return nil, grade.Failf("The file of answers should stay as it is while it is read, but it was replaced.")
	}
	return f, nil
}

// notAFile is what a mode stands for, or nothing where it is an ordinary file.
func notAFile(mode fs.FileMode) text.Phrase {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a link to another file"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeDevice != 0:
		return "a device"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "something else"
}

// answerReason says what is wrong with answers as a part of a sentence.
func answerReason(err error) text.Message {
	if unfit, ok := errors.AsType[*quiz.Misfit](err); ok {
		return unfit.Reason
	}
	return grade.Reason(err)
}
