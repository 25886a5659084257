package probe

import (
	"context"
	"errors"

	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Unreached is a handshake that came to nothing, although a server listens. On a
// wire that drops packets this is a result, and says so in every cell. The zero
// value is a client that has reached its server.
type Unreached struct {
	Why     text.Message // zero if the server was reached
	certain bool         // nothing passes, so theory expects nothing else
}

// NotReached is the reason if err says that nobody answered in time; it is not
// ok if err is something else, or if the caller gave up.
func NotReached(ctx context.Context, err error, c wire.Options, packets []packet.Packet) (u Unreached, ok bool) {
	var dial *testbed.DialError
	if !errors.As(err, &dial) || !dial.Timeout() || ctx.Err() != nil {
		return u, false
	}
	after, syns := text.Figure(dial.After.Seconds()), Count(packets, isSYN)
	u.certain = c.Client.DropChance() >= 1 || c.Server.DropChance() >= 1
	u.Why = text.Sayf("no connection in %s s, SYN sent %d times", after, syns)
	if there, back := LostTo(c.Client), LostTo(c.Server); Independent(c.Client) && Independent(c.Server) {
		chance := theory.NoHandshake(there, back, syns)
		u.Why = text.Sayf("no connection in %s s, SYN sent %d times "+
			"(with %s lost there and %s back, at most %s of all attempts)",
			after, syns, PercentText(there), PercentText(back), PercentText(chance))
	}
	return u, true
}

// isSYN recognises a client's SYN, as often as the client sends it.
func isSYN(p packet.Packet) bool {
	return p.From == wire.Client && !p.Copy && p.TCP != nil && p.TCP.Flags.Has(packet.SYN) && !p.TCP.Flags.Has(packet.ACK)
}

// Reached reports whether there was a connection.
func (u Unreached) Reached() bool { return u.Why.IsZero() }

// noConnection is what stands where nothing could be measured.
const noConnection text.Phrase = "no connection"

// NoConnection is the cell of a transport that had none.
func (u Unreached) NoConnection() result.Cell {
	c := result.Outcome(noConnection)
	if u.certain {
		return c.ExpectWord(noConnection)
	}
	return c.CutShort(u.Why)
}
