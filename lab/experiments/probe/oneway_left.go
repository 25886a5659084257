package probe

import (
	"time"
)

// leftFor is how long nothing comes until nothing more will: what a reliable
// transport has taken does come.
func (w *OneWay) leftFor() time.Duration {
	if w.transport.Reliable {
		return EchoTimeout
	}
	return nothingLeft
}
