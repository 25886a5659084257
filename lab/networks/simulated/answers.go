package simulated

import (
	"encoding/gob"
	"errors"
	"io"

	"echolab/lab/networks/simulated/protocol"
	"echolab/lab/testbed"
)

// receive takes the machine's answers until it has ended. It returns nil if the
// machine did not say how its job ended.
func receive(answers io.Reader, watch testbed.NewWatch) *protocol.End {
	var watches []testbed.Watch
	from := gob.NewDecoder(answers)
	for {
		var m protocol.Message
		switch err := from.Decode(&m); {
		case err != nil:
			return nil
		case m.Wire != nil:
			watches = append(watches, watch(*m.Wire))
		case m.Event != nil && watches[m.Event.Wire].Packets != nil:
			watches[m.Event.Wire].Packets(m.Event.Event)
		case m.Socket != nil && watches[m.Socket.Wire].Sockets != nil:
			watches[m.Socket.Wire].Sockets(m.Socket.Socket)
		case m.End != nil:
			return m.End
		}
	}
}

var errNoAnswer = errors.New("the simulated machine ended without an answer")

// findings are what the machine said at last.
func findings(end *protocol.End) (testbed.Findings, error) {
	switch {
	case end == nil:
		return testbed.Findings{}, errNoAnswer
	case end.Error != "":
		return end.Findings, errors.New(end.Error)
	}
	return end.Findings, nil
}

// findUnwatched runs a job, and where it is to be watched runs it before, too, for
// those who watch: to tell what is seen takes the machine's time, some hundred
// nanoseconds at a time, and what is found is the same to the last digit whether
// somebody looks or not.
func findUnwatched(
	watch testbed.NewWatch, run func(testbed.NewWatch) (testbed.Findings, error),
) (testbed.Findings, error) {
	if watch != nil {
		if found, err := run(watch); err != nil {
			return found, err
		}
	}
	return run(nil)
}
