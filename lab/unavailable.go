package lab

import "errors"

// Unavailable is the error of a network that cannot open on this machine: the
// reason, and what its user can do about it.
type Unavailable struct {
	Reason string // what stands in the way, without a full stop
	Hint   string // what to do, as a sentence or a command; "" if nothing helps
	Err    error  // what the system said; may be nil
}

// Error is the reason and what the system said.
func (u *Unavailable) Error() string {
	if u.Err == nil {
		return u.Reason
	}
	return u.Reason + ": " + u.Err.Error()
}

// Unwrap is what the system said.
func (u *Unavailable) Unwrap() error { return u.Err }

// Obstacle is what stands in the way of a network, as people read it: the
// reason in their language, and what the system said as it said it.
func Obstacle(err error) Text {
	var u *Unavailable
	switch {
	case !errors.As(err, &u):
		return Say("%s", err.Error())
	case u.Err == nil:
		return Say(u.Reason)
	}
	return Say("%s: %s", Say(u.Reason), u.Err.Error())
}
