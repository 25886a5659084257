package networks

import (
	"errors"

	"echolab/lab/text"
)

// UnavailableError is the error of a network that cannot open on this machine: the
// reason, and what its user can do about it.
type UnavailableError struct {
	Reason text.Phrase // what stands in the way, without a full stop
	Hint   text.Phrase // what to do, as a sentence or a command; "" if nothing helps
	Err    error       // what the system said; may be nil
}

// Error is the reason and what the system said.
func (u *UnavailableError) Error() string {
	if u.Err == nil {
		return string(u.Reason)
	}
	return string(u.Reason) + ": " + u.Err.Error()
}

// Unwrap is what the system said.
func (u *UnavailableError) Unwrap() error { return u.Err }

// Reason is what stands in the way of a network, as people read it: the
// reason in their language, and what the system said as it said it.
func Reason(err error) text.Message {
	var u *UnavailableError
	switch {
	case !errors.As(err, &u):
		return text.Sayf("%s", err.Error())
	case u.Err == nil:
		return text.Say(u.Reason)
	}
	return text.Sayf("%s: %s", text.Say(u.Reason), u.Err.Error())
}
