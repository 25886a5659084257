// Package guest is the program inside the simulated machine: it reads one
// request from standard input, runs that experiment over two virtual hosts, and
// writes what passed and what was found to standard output.
//
// It is the program lab itself, built with GOOS=wasip1 GOARCH=wasm and started
// under another name. The same file is the lab in a web page, which starts it
// again for every job: so both run the same machine, and find the same.
package guest

import (
	"bufio"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/networks/simulated/protocol"
	"echolab/lab/networks/virtual"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// Main is the whole program: it answers the request on standard input, and
// returns the exit code.
func Main() int {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// serve answers one request.
func serve(in io.Reader, out io.Writer) error {
	var q protocol.Request
	if err := gob.NewDecoder(in).Decode(&q); err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	buffered := bufio.NewWriterSize(out, 1<<16)
	t := &teller{to: gob.NewEncoder(buffered)}
	t.tell(protocol.Message{End: answer(context.Background(), q, t)})
	if t.err != nil {
		return fmt.Errorf("write the answer: %w", t.err)
	}
	return buffered.Flush()
}

// answer runs the job.
func answer(ctx context.Context, q protocol.Request, t *teller) *protocol.End {
	e, err := find(q.Job.Experiment)
	if err != nil {
		return &protocol.End{Error: err.Error()}
	}
	transports := slices.DeleteFunc(transports.Transports(), func(t testbed.Transport) bool {
		return !slices.Contains(q.Job.Transports, t.Name)
	})
	var watch testbed.NewWatch
	if q.Watch {
		watch = t.newWatch
	}
	found, err := e.RunJob(ctx, q.Job, transports, driverFor(q.Network), watch)
	if err != nil {
		return &protocol.End{Findings: found, Error: err.Error()}
	}
	return &protocol.End{Findings: found}
}

// find is the experiment with that id.
func find(id string) (experiments.Experiment, error) {
	all := append(registry.All(), registry.Echo())
	i := slices.IndexFunc(all, func(e experiments.Experiment) bool { return e.ID == id })
	if i < 0 {
		return experiments.Experiment{}, fmt.Errorf("the simulated machine knows no experiment %q", id)
	}
	return all[i], nil
}

// longest is how long an exchange may last: TCP gives up before.
const longest = 6 * time.Hour

// driverFor opens two hosts in this program, under the name that the host gives.
func driverFor(name string) testbed.Driver {
	d := virtual.Driver()
	d.Name, d.Longest = name, longest
	return d
}

// teller tells the host what happens. It keeps the first error.
type teller struct {
	mu    sync.Mutex
	to    *gob.Encoder
	wires int
	err   error
}

func (t *teller) tell(m protocol.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.send(m)
}

func (t *teller) send(m protocol.Message) {
	if t.err == nil {
		t.err = t.to.Encode(m)
	}
}

// newWatch tells of a wire, and makes the watch that tells what is seen of it.
func (t *teller) newWatch(o wire.Options) testbed.Watch {
	t.mu.Lock()
	defer t.mu.Unlock()
	number := t.wires
	t.wires++
	t.send(protocol.Message{Wire: &o})
	return testbed.Watch{
		Packets: func(e wire.Event) { t.tell(protocol.Message{Event: &protocol.Event{Wire: number, Event: e}}) },
		Sockets: func(s testbed.Socket) { t.tell(protocol.Message{Socket: &protocol.Socket{Wire: number, Socket: s}}) },
	}
}
