package wire

import (
	"fmt"
	"maps"
	"reflect"
)

// Validate names the first condition of either side that makes no sense.
func (o Options) Validate() error {
	if err := o.Client.Validate(); err != nil {
		return fmt.Errorf("packets of the client: %w", err)
	}
	if err := o.Server.Validate(); err != nil {
		return fmt.Errorf("packets of the server: %w", err)
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
