package probe

import (
	"context"

	"errors"
	"syscall"

	"echolab/lab/text"
)

// SystemPhrase is the system's own word for an error.
func SystemPhrase(err error) text.Phrase {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return text.Phrase(errno.Error())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer"
	}
	return text.Phrase(err.Error())
}
