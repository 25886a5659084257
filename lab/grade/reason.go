package grade

import (
	"errors"
	"slices"
	"strings"

	"echolab/lab/text"
)

// reasons are what systems say most often when a program cannot be started, a
// file cannot be read or a server cannot be reached.
var reasons = []text.Phrase{
	"no such file or directory", "permission denied", "exec format error", "is a directory", "not a directory",
	"executable file not found in $PATH", "The system cannot find the file specified.", "Access is denied.",
	"no such host", "network is unreachable", "no route to host",
}

// signals are what systems call the ends that programs come to.
var signals = []text.Phrase{
	"segmentation fault", "aborted", "abort trap", "floating point exception", "illegal instruction", "bus error",
	"broken pipe", "killed", "terminated", "interrupt", "hangup", "alarm clock", "quit", "trace/breakpoint trap",
	"trace/BPT trap",
}

// known is what a system said, as a phrase if it is one of those.
func known(said string, phrases []text.Phrase) text.Message {
	if i := slices.Index(phrases, text.Phrase(said)); i >= 0 {
		return text.Say(phrases[i])
	}
	return text.Quote(said)
}

// Reason says an error as a sentence of a failure, in the reader's language
// where it is one of a *Failure or one that systems know.
func Reason(err error) text.Message {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Sentence
	}
	said := err.Error()
	for _, reason := range reasons {
		if about, ok := strings.CutSuffix(said, ": "+string(reason)); ok {
			return text.Sayf("%s: %s", strings.TrimPrefix(about, "start "), reason)
		}
	}
	return known(said, reasons)
}
