package wire

import (
	"fmt"
	"maps"
	"reflect"

	"echolab/lab/link"
)

// Options are the conditions of a wire.
type Options struct {
	Client link.Conditions // what packets from the client meet
	Server link.Conditions // what packets from the server meet
	Seed   uint64          // decides every random fate; the same seed, the same fates
}

// BothWays are conditions that are the same in both directions.
func BothWays(c link.Conditions) Options { return Options{Client: c, Server: c} }

// Of are the conditions that packets from one side meet.
func (o Options) Of(side Side) link.Conditions {
	if side == Server {
		return o.Server
	}
	return o.Client
}

// Validate names the first condition of either side that makes no sense.
func (o Options) Validate() error {
	for side := Client; side <= Server; side++ {
		if err := o.Of(side).Validate(); err != nil {
			return fmt.Errorf("packets of the %s: %w", side, err)
		}
	}
	return nil
}

// Words are the conditions that are set, by the user's words: those of both
// sides if they are the same, else under "client" and "server" what differs.
func (o Options) Words() map[string]any {
	client, server := o.Client.Words(), o.Server.Words()
	both := map[string]any{}
	for name, v := range client {
		if reflect.DeepEqual(v, server[name]) {
			both[name] = v
		}
	}
	for side, words := range map[string]map[string]any{"client": client, "server": server} {
		own := maps.Clone(words)
		maps.DeleteFunc(own, func(name string, _ any) bool { _, shared := both[name]; return shared })
		if len(own) > 0 {
			both[side] = own
		}
	}
	return both
}
