//go:build !linux

package kernel

import (
	"errors"
	"fmt"
	"runtime"

	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Check says why the network cannot open here: network namespaces are Linux's.
func Check() error {
	return &networks.UnavailableError{
		Reason: fmt.Sprintf("network namespaces exist on Linux only, and this is %s", runtime.GOOS),
		Hint:   "the network virtual runs everywhere",
		Err:    errors.ErrUnsupported,
	}
}

func open(testbed.NetworkConfig) (*Network, error) { return nil, Check() }

// Reexec has nothing to do here.
func Reexec() (exitCode int, done bool, err error) { return 0, false, nil }
