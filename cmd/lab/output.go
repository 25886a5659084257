package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// writable refuses a file that cannot be written into, before any work is done.
// What is in the file stays there until there are results.
func writable(flag, file string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return misusef("--"+flag+" FILE in a folder that exists and may be written to",
			"--%s %s: %w", flag, file, bareFile(err))
	}
	return f.Close()
}

// deliver writes results into a file, or to standard output where no file is
// named. Results that could not be printed leave the file as it is.
func deliver(t *terminal, file string, write func(io.Writer) error) error {
	if file == "" {
		return write(t.out)
	}
	var results bytes.Buffer
	if err := write(&results); err != nil {
		return err
	}
	if err := os.WriteFile(file, results.Bytes(), 0o666); err != nil {
		return failuref("", "write results into %s: %w", file, bareFile(err))
	}
	return nil
}

// input opens the file of a flag for reading; - is standard input.
func (t *terminal) input(flag, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(t.in), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, misusef("--"+flag+" FILE that exists and may be read", "--%s %s: %w", flag, file, bareFile(err))
	}
	return f, nil
}

// bareFile is what the system said of a file, without its name.
func bareFile(err error) error {
	var step *fs.PathError
	if errors.As(err, &step) {
		return step.Err
	}
	return err
}
