package grade

import (
	"errors"
	"strings"

	"echolab/lab/text"
)

// reasons are what systems say most often when a program cannot be started, a
// file cannot be read or a server cannot be reached, as keys of the catalogue.
var reasons = []string{
	"no such file or directory", "permission denied", "exec format error", "is a directory", "not a directory",
	"executable file not found in $PATH", "The system cannot find the file specified.", "Access is denied.",
	"no such host", "network is unreachable", "no route to host",
}

// Reason says an error as a sentence of a failure, in the reader's language
// where it is one of a *Failure or one that systems know.
func Reason(err error) text.Message {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Sentence
	}
	said := err.Error()
	for _, known := range reasons {
		if said == known {
			return text.Sayf(known)
		}
		if about, ok := strings.CutSuffix(said, ": "+known); ok {
			return text.Sayf("%s: %s", strings.TrimPrefix(about, "start "), text.Sayf(known))
		}
	}
	return text.Sayf("%s", said)
}
