//go:build !linux

package kernel

import (
	"errors"

	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Check says why the network cannot open here: network namespaces are Linux's.
func Check() error {
	return &networks.UnavailableError{
		Reason: "network namespaces exist on Linux only",
		Hint:   "the network virtual runs everywhere",
		Err:    errors.ErrUnsupported,
	}
}

func open(testbed.NetworkConfig) (testbed.Network, error) { return nil, Check() }

// Reexec has nothing to do here.
func Reexec() (exitCode int, done bool, err error) { return 0, false, nil }
