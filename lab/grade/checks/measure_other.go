//go:build !unix

package checks

import (
	"context"
	"errors"

	"echolab/lab/text"
)

// The calls of a socket one by one are not to be had on this system.

func measureFirstConnect(context.Context) (string, text.Message, error) {
	return "", text.Message{}, errors.ErrUnsupported
}

func measureQueue(context.Context) (string, text.Message, error) {
	return "", text.Message{}, errors.ErrUnsupported
}

func measureClientPort(context.Context) (string, text.Message, error) {
	return "", text.Message{}, errors.ErrUnsupported
}
