//go:build !wasip1

package simulated

import (
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/sys"

	"echolab/lab/networks/simulated/protocol"
)

// look is how long the program takes to look at the clock, and to let others
// run. It is all that computing costs there; without it, a loop that waits for
// the clock to move would wait for ever.
const look = 100 * time.Nanosecond

// midnight is when every machine is switched on: 2026-01-01 UTC, in seconds.
const midnight = 1767225600

// stopped is the exit code of a program that its clock has stopped.
const stopped = 250

// clock is the time of one machine. It moves when the program looks at it or
// sleeps, and at no other time.
type clock struct {
	now  atomic.Int64 // nanoseconds since the machine was switched on
	stop atomic.Bool
}

// Now is the time since the machine was switched on.
func (c *clock) Now() time.Duration { return time.Duration(c.now.Load()) }

// tick moves the clock, or ends a program that has been stopped. The program
// looks at its clock all the time, and to check here costs nothing; to check
// inside its own loops would take as long as the program itself.
func (c *clock) tick(d time.Duration) int64 {
	if c.stop.Load() {
		panic(sys.NewExitError(stopped))
	}
	return c.now.Add(int64(d))
}

// install makes the clock, and chance that follows from the seed, those of a
// machine.
func (c *clock) install(m wazero.ModuleConfig, seed uint64) wazero.ModuleConfig {
	return m.
		WithNanotime(func() int64 { return c.tick(look) }, sys.ClockResolution(look)).
		WithWalltime(func() (int64, int32) {
			now := c.tick(look)
			return midnight + now/int64(time.Second), int32(now % int64(time.Second))
		}, sys.ClockResolution(look)).
		WithNanosleep(func(d int64) { c.tick(time.Duration(d)) }).
		WithOsyield(func() { c.tick(look) }).
		WithRandSource(newChance(seed))
}

// chance is a source of random bytes that follows from a seed. Go decides with
// them which goroutine runs first and in which order a map is walked, and TCP its
// first numbers. It is PCG-DXSM, a generator that is short enough to be written
// once more for the machine in a web page.
type chance struct {
	numbers *rand.PCG
	left    []byte
}

func newChance(seed uint64) *chance {
	state := protocol.Chance(seed)
	return &chance{numbers: rand.NewPCG(state[0], state[1])}
}

// Read fills p. How many bytes are read at once makes no difference.
func (c *chance) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		if len(c.left) == 0 {
			c.left = binary.LittleEndian.AppendUint64(nil, c.numbers.Uint64())
		}
		taken := copy(p[n:], c.left)
		n, c.left = n+taken, c.left[taken:]
	}
	return len(p), nil
}
