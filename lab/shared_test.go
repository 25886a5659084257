package lab_test

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

const ms = time.Millisecond

func bothWays(c link.Conditions) wire.Options { return wire.Options{Client: c, Server: c, Seed: 1} }
