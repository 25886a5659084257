package wire

import (
	"echolab/lab/link"
)

// BothWays are conditions that are the same in both directions.
func BothWays(c link.Conditions) Options { return Options{Client: c, Server: c} }
