package probe

import (
	"errors"
	"syscall"
	"time"
)

// Silence is how long to wait for news that never comes.
const Silence = 200 * time.Millisecond

// windowsRefused is Windows' WSAECONNREFUSED. No other system has that number.
const windowsRefused = syscall.Errno(10061)

func IsRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused)
}
