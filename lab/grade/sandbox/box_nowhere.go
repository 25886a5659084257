//go:build !unix && !windows

package sandbox

import (
	"errors"
	"os"
	"os/exec"

	"echolab/lab/text"
)

// warnings has nothing to add: no program ever starts.
var warnings []text.Phrase

// Main has no work where the system starts no programs.
func Main() {}

func command(Command, string, Limits) (*exec.Cmd, error) { return nil, errors.ErrUnsupported }

func contain(*exec.Cmd, Limits) (func(), error) { return nil, errors.ErrUnsupported }

func killTree(*exec.Cmd) {}

func exitOf(state *os.ProcessState) Exit { return Exit{Code: state.ExitCode()} }
