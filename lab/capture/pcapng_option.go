package capture

import (
	"fmt"
	"math/bits"
	"time"
)

// The options that the lab reads or writes (draft-ietf-opsawg-pcapng, "Options",
// "Section Header Block" and "Interface Description Block").
const (
	optionEnd     = 0 // opt_endofopt
	optionComment = 1 // opt_comment

	sectionHardware    = 2 // shb_hardware
	sectionOS          = 3 // shb_os
	sectionApplication = 4 // shb_userappl

	interfaceName        = 2  // if_name
	interfaceDescription = 3  // if_description
	interfaceResolution  = 9  // if_tsresol
	interfaceOS          = 12 // if_os
	interfaceTimeOffset  = 14 // if_tsoffset

	optionHeader = 4 // bytes: code and length
)

// Resolutions of times: how many decimal places a second has, or binary ones.
const (
	resolutionMicroseconds = 6 // of an interface that names none
	resolutionNanoseconds  = 9
	resolutionBinary       = 0x80

	mostDecimalPlaces = 19 // the powers that 64 bits hold
	mostBinaryPlaces  = 63
)

// clock is how an interface tells the time.
type clock struct {
	perSecond uint64 // ticks
	offset    int64  // seconds
}

// ticksPerSecond reads a resolution.
func ticksPerSecond(resolution byte) (uint64, error) {
	places := resolution &^ resolutionBinary
	switch {
	case resolution&resolutionBinary != 0 && places <= mostBinaryPlaces:
		return 1 << places, nil
	case resolution&resolutionBinary != 0:
		return 0, fmt.Errorf("times in 2^-%d s", places)
	case places > mostDecimalPlaces:
		return 0, fmt.Errorf("times in 10^-%d s", places)
	}
	ticks := uint64(1)
	for range places {
		ticks *= 10
	}
	return ticks, nil
}

// at is the time of a tick, to the nanosecond. What is left of a second times a
// billion may need more than 64 bits.
func (c clock) at(ticks uint64) time.Time {
	high, low := bits.Mul64(ticks%c.perSecond, uint64(time.Second))
	nanoseconds, _ := bits.Div64(high, low, c.perSecond)
	return time.Unix(int64(ticks/c.perSecond)+c.offset, int64(nanoseconds)).UTC()
}
