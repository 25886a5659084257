package probe

import (
	"errors"
	"net"
)

// IsTimeout recognises a dial that ran into its deadline, whichever of the
// dialer's clock and the context's told first.
func IsTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
