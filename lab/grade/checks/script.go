package checks

import (
	"context"
	"errors"
	"os"
	"regexp"
	"time"

	"echolab/lab/grade"
	"echolab/lab/link"
	"echolab/lab/text"
)

// The bounds and waits of a teacher's script.
const (
	ReplyWithin     = replyWithin // what an expectation waits where nothing else is said
	Quiet           = quiet       // for how long nothing should come, likewise
	TransferTimeout = transferTimeout

	MostSteps   = 1000            // repetitions unfolded
	MostData    = 1 << 20         // bytes of one message over TCP
	MostPause   = 5 * time.Minute // for all waits of a script together
	unread      = 8 * MostData    // bytes that wait for their step
	sentAtOnce  = 32 << 10        // bytes that fit into the buffers of any system
	MaxDatagram = largestDatagram
)

// Action is what a step of a teacher's script does.
type Action string

// The actions. Over UDP there is no connection to half-close, reset or see the end of.
const (
	Connect       Action = "connect" // over UDP it opens a socket
	Send          Action = "send"
	Expect        Action = "expect"
	ExpectEnd     Action = "expect-end"
	ExpectNothing Action = "expect-nothing"
	Pause         Action = "pause"
	HalfClose     Action = "half-close"
	Close         Action = "close"
	Reset         Action = "reset"
)

// Match is how what came is compared with what is expected.
type Match string

// The matches. Over TCP, where bytes have no bounds, Exactly and Begins are content with
// as many bytes as there are to compare, and leave what follows to the next step.
const (
	Exactly  Match = "exactly"
	Begins   Match = "begins"
	Contains Match = "contains"
	Matches  Match = "matches" // a regular expression, against one line or datagram
	Anything Match = "any"
)

// Data is what is sent or expected.
type Data struct {
	Bytes  []byte
	Random int    // so many random bytes instead
	Words  int    // or so many random letters, the last of them a line end
	As     string // the name to remember them by; "" is none
	Like   string // or what was sent under that name
	Change func([]byte) []byte
}

// Step is a line of a teacher's script: what one client does.
type Step struct {
	Do        Action
	Client    string
	Data      Data
	Match     Match
	Pattern   *regexp.Regexp // of Matches
	Within    time.Duration  // how long to wait, or to pause
	Otherwise text.Message   // what to say besides where it fails; may be empty
}

// Script makes a check's Run of a teacher's steps. They must fit together: a client
// connects before it does anything, and does nothing after its end.
func Script(steps []Step) func(ctx context.Context, s *grade.Subject) error {
	return func(ctx context.Context, s *grade.Subject) error {
		d := &dialogue{unread: map[string][]byte{}, said: map[string][]byte{}}
		var all []step
		for _, one := range steps {
			all = append(all, d.step(s, one))
		}
		return script(all...)(ctx, s)
	}
}

// Transfer makes the Run of a check of a sender and a receiver: a file of so many bytes,
// under these conditions.
func Transfer(size int, c link.Conditions) func(ctx context.Context, s *grade.Subject) error {
	return delivers(size, c)
}

// dialogue is a teacher's script as it runs.
type dialogue struct {
	unread map[string][]byte // what came over TCP and no step has looked at, by client
	said   map[string][]byte // what was sent, by the name that it has in the script
}

// step is one of the lab's own steps.
func (d *dialogue) step(s *grade.Subject, one Step) step {
	udp := s.Network() == "udp"
	switch {
	case one.Do == Connect && udp:
		return open(one.Client)
	case one.Do == Connect:
		return d.connect(one.Client)
	case one.Do == Pause:
		return pause(one.Within)
	case one.Do == HalfClose:
		return shut(one.Client)
	case one.Do == Close && udp:
		return closeSocket(one.Client)
	case one.Do == Close:
		return hangUp(one.Client)
	case one.Do == Reset:
		return reset(one.Client)
	case one.Do == Send:
		return func(ctx context.Context, s *session) error { return d.send(ctx, s, one) }
	}
	return by(one.Client, func(ctx context.Context, s *session, c *client) error {
		return one.explain(d.expect(ctx, s, c, one))
	})
}

// explain puts the teacher's words behind those of a failure.
func (one Step) explain(err error) error {
	if f, failed := errors.AsType[*grade.Failure](err); failed && !one.Otherwise.IsZero() {
		return grade.Failf("%s %s", f.Sentence, one.Otherwise)
	}
	return err
}

func (d *dialogue) connect(name string) step {
	return func(ctx context.Context, s *session) error {
		delete(d.unread, name) // of a client of that name before
		return connect(name)(ctx, s)
	}
}

// bytes are the data of a step.
func (d *dialogue) bytes(s *session, data Data) []byte {
	b := data.Bytes
	switch {
	case data.Random > 0:
		b = randomBytes(s.Subject, data.Random)
	case data.Words > 0:
		b = letters(s.Subject, data.Words)
	case data.Like != "":
		b = d.said[data.Like]
	}
	if data.Change != nil {
		b = data.Change(b)
	}
	if data.As != "" {
		d.said[data.As] = b
	}
	return b
}

// send sends one message. What comes back meanwhile is kept: a program may answer before
// all of a long message is there.
func (d *dialogue) send(ctx context.Context, s *session, one Step) error {
	message := d.bytes(s, one.Data)
	switch {
	case s.Network() == "udp":
		return sendDatagram(one.Client, message)(ctx, s)
	case len(message) <= sentAtOnce:
		return send(one.Client, message)(ctx, s)
	}
	c := s.clients[one.Client]
	sent := make(chan error, 1)
	go func() { sent <- send(one.Client, message)(ctx, s) }()
	for {
		select {
		case err := <-sent:
			return err
		default:
			if !d.read(c, one.Client, time.Now().Add(10*time.Millisecond)) {
				return <-sent
			}
		}
	}
}

// read keeps what comes until then, and reports whether more may come.
func (d *dialogue) read(c *client, name string, until time.Time) bool {
	buf := make([]byte, 64<<10)
	_ = c.conn.SetReadDeadline(until)
	n, err := c.conn.Read(buf)
	d.unread[name] = append(d.unread[name], buf[:n]...)
	return len(d.unread[name]) < unread && (err == nil || errors.Is(err, os.ErrDeadlineExceeded))
}
