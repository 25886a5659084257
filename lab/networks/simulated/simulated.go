// Package simulated runs experiments on a machine whose clock moves only when
// everything on it waits: the network "simulated".
//
// The machine is a WebAssembly sandbox (wazero) in this process. The program in
// it (folder guest) is the lab's own experiments over the network virtual, real
// packets through real TCP/IP stacks. This package is the rest of its world: a
// clock that jumps to the next deadline when the program sleeps, a source of
// chance that follows from the seed, and a stream of answers (folder protocol).
// So nothing is ever late, waiting costs nothing, and the same seed gives the
// same bytes on every computer: WebAssembly fixes the order of goroutines and
// of maps, which follow from that chance, and every bit of arithmetic.
//
// machine.go runs a job, clock.go is its time, program.go is where the guest
// comes from, translate.go makes this processor's code of it, and cache.go keeps
// what was made once.
package simulated

import (
	"echolab/lab/testbed"
)

// Name is the word for this network in commands and reports.
const Name = "simulated"

// Driver runs jobs on machines of their own; there is no network to open here.
func (m *Machine) Driver() testbed.Driver {
	return testbed.Driver{Name: Name, Wired: true, Check: Check, Elsewhere: m.Run}
}

// Congestion lists the congestion controls that the machine's TCP knows.
func Congestion() []string { return []string{"reno", "cubic"} }
