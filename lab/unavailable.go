package lab

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
