package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"echolab/tcp"
)

// longestMessage bounds a line of standard input, in bytes.
const longestMessage = tcp.DefaultMaxMessage

// readLines reads messages, one a line, until the input ends or a line says Q.
// The second channel then tells why reading failed, if it did. A read of a
// terminal cannot be taken back, so on Ctrl-C it ends with the program.
func readLines(ctx context.Context, t *terminal) (<-chan []byte, <-chan error) {
	lines, failed := make(chan []byte), make(chan error, 1)
	go func() {
		defer close(lines)
		in := bufio.NewScanner(t.in)
		in.Buffer(nil, longestMessage)
		for in.Scan() {
			line := strings.TrimSuffix(in.Text(), "\r")
			if strings.EqualFold(line, "q") {
				break
			}
			select {
			case lines <- []byte(line):
			case <-ctx.Done():
				return
			}
		}
		failed <- inputTrouble(in.Err())
	}()
	return lines, failed
}

func inputTrouble(err error) error {
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return failuref("break it into lines", "standard input: a line of more than %d bytes", longestMessage)
	case err != nil:
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}
