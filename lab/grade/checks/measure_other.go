//go:build !unix

package checks

import (
	"context"
	"errors"

	"echolab/lab"
)

// The calls of a socket one by one are not to be had on this system.

func measureFirstConnect(context.Context) (string, lab.Text, error) {
	return "", lab.Text{}, errors.ErrUnsupported
}

func measureQueue(context.Context) (string, lab.Text, error) {
	return "", lab.Text{}, errors.ErrUnsupported
}

func measureClientPort(context.Context) (string, lab.Text, error) {
	return "", lab.Text{}, errors.ErrUnsupported
}
