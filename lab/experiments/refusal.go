package experiments

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"echolab/lab"
)

var refusal = lab.Experiment{
	ID:       "refusal",
	Title:    "Nobody there",
	Question: "What does a sender learn when nobody listens?",
	Method:   "one message to a port where nobody listens, with connect and without",
	Place:    lab.OnLocalhost,
	Run:      runRefusal,
	Why: "TCP asks before it sends, and a host without a listener answers RST, so connect fails at once. UDP sends whether or not anybody is there. " +
		"The host answers with an ICMP message that the port is unreachable; a connected UDP socket is told of it by the next call, too late for the datagram that is gone, " +
		"and an unconnected one is never told, since it talks to many and the error belongs to none of its calls. To know that something arrived, the receiver has to answer.",
	Packets: []string{
		"TCP: SYN; the host answers RST, ACK; connect returns \"connection refused\"",
		"UDP: the datagram leaves, and the write succeeds; the host answers ICMP port unreachable",
		"UDP, connected: the system matches the ICMP message to the socket, and the next read or write fails",
		"UDP, not connected: nothing is told; the read waits until its deadline",
		"then a server listens on the same port, and the same connect succeeds",
	},
	Theory: []string{
		"TCP: RST answers the SYN, and connect fails at once (RFC 9293 3.5.2)",
		"UDP without connect: nothing is told (udp(7)); with connect, the next call tells, if the ICMP message came",
	},
	Claims:     refusalClaims,
	References: []string{"RFC 9293 3.5.2", "RFC 1122 4.1.3.3", "RFC 792", "udp(7)"},
	Try:        "lab send udp 127.0.0.1:9 hello --timeout 1s",
}

// silence is how long to wait for news that never comes.
const silence = 200 * time.Millisecond

// refused is what one transport learnt.
type refused struct {
	outcome    string        // of a connected socket
	toldAfter  time.Duration // from the first call; 0 if never
	unasked    string        // whether the first message left
	alone      string        // of a socket that is not connected
	afterwards string        // the same connect, once somebody listens
}

func runRefusal(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (refused, error) {
		return knock(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	outcome := lab.Row("outcome", "Nobody listens", "")
	told := lab.Row("told_after", "Told after", "ms")
	unasked := lab.Row("first_message", "First message", "")
	alone := lab.Row("outcome_unconnected", "Without connect", "")
	afterwards := lab.Row("after_listen", "Then one listens", "")
	for _, t := range b.Transports {
		r := found[t.Name]
		outcome.Set(t.Name, lab.Word(r.outcome))
		if r.toldAfter > 0 {
			told.Set(t.Name, lab.Num(milliseconds(r.toldAfter)))
		} else {
			told.Set(t.Name, lab.Word("never"))
		}
		unasked.Set(t.Name, lab.Word(r.unasked))
		alone.Set(t.Name, lab.Word(r.alone))
		afterwards.Set(t.Name, lab.Word(r.afterwards))
		afterwards.ExpectWord(t.Name, "connected")
		if t.Connected {
			outcome.ExpectWord(t.Name, "refused")
			unasked.ExpectWord(t.Name, "not sent")
		} else {
			unasked.ExpectWord(t.Name, "sent")
			alone.ExpectWord(t.Name, "never told")
		}
	}
	outcome.Because("RST answers a SYN that nobody waits for (RFC 9293 3.5.2)")
	unasked.Because("UDP does not ask (RFC 768)")
	alone.Because("an error belongs to no call of a socket that talks to many (udp(7))")
	return lab.Rows(2, outcome, alone, told, unasked, afterwards), nil
}

// knock tries to reach a port where nobody listens.
func knock(ctx context.Context, b *lab.Bench, t lab.Transport) (r refused, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return r, err
	}
	defer end(n, &err)
	address, err := freeAddress(ctx, n, t)
	if err != nil {
		return r, err
	}
	r.outcome, r.unasked, r.toldAfter, err = knockConnected(ctx, n, t, address)
	if err != nil {
		return r, err
	}
	r.alone = "always connects"
	if !t.Connected {
		if r.alone, err = knockAlone(ctx, n, address); err != nil {
			return r, err
		}
	}
	r.afterwards, err = knockAgain(ctx, n, t, address)
	return r, err
}

// freeAddress finds a port by listening on it, and stops.
func freeAddress(ctx context.Context, n lab.Network, t lab.Transport) (string, error) {
	server, err := t.Listen(ctx, n.Server(), n.Server().Addr().String()+":0", lab.ServerOptions{})
	if err != nil {
		return "", err
	}
	return server.Addr().String(), server.Close()
}

// knockConnected dials, sends and waits for an answer.
func knockConnected(ctx context.Context, n lab.Network, t lab.Transport, address string) (outcome, unasked string, told time.Duration, err error) {
	began := time.Now()
	conn, err := n.Client().DialContext(ctx, t.Network, address)
	if isRefused(err) {
		return "refused", "not sent", time.Since(began), nil
	}
	if err != nil {
		return "", "", 0, fmt.Errorf("dial %s: %w", address, err)
	}
	defer end(conn, &err)
	if err := conn.SetDeadline(time.Now().Add(silence)); err != nil {
		return "", "", 0, err
	}
	if _, err := conn.Write([]byte("anybody?")); err != nil {
		return "", "", 0, fmt.Errorf("write to %s: %w", address, err)
	}
	_, err = conn.Read(make([]byte, 100))
	told = time.Since(began)
	switch {
	case isRefused(err):
		return "told late", "sent", told, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "never told", "sent", 0, nil
	}
	return "", "", 0, fmt.Errorf("read from %s: %w", address, err)
}

// knockAlone sends from a socket that is not connected.
func knockAlone(ctx context.Context, n lab.Network, address string) (outcome string, err error) {
	conn, err := n.Client().ListenPacket(ctx, "udp", n.Client().Addr().String()+":0")
	if err != nil {
		return "", fmt.Errorf("open a socket that is not connected: %w", err)
	}
	defer end(conn, &err)
	to, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return "", err
	}
	if _, err := conn.WriteTo([]byte("anybody?"), to); err != nil {
		return "", fmt.Errorf("write to %s: %w", address, err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return "", err
	}
	_, _, err = conn.ReadFrom(make([]byte, 100))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "never told", nil
	case isRefused(err):
		return "told late", nil
	}
	return "", fmt.Errorf("read after %s: %w", address, err)
}

// knockAgain listens on the port and dials once more.
func knockAgain(ctx context.Context, n lab.Network, t lab.Transport, address string) (outcome string, err error) {
	server, err := t.Listen(ctx, n.Server(), address, lab.ServerOptions{})
	if err != nil {
		return "", err
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve() }()
	defer func() {
		end(server, &err)
		err = errors.Join(err, <-serving)
	}()
	client, err := t.Dial(ctx, n.Client(), address, lab.ClientOptions{})
	if err != nil {
		return reason(err), nil
	}
	defer end(client, &err)
	if err := oneEcho(client, []byte("anybody?"), make([]byte, 8)); err != nil {
		return "", err
	}
	return "connected", nil
}

// windowsRefused is Windows' WSAECONNREFUSED. No other system has that number.
const windowsRefused = syscall.Errno(10061)

func isRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused)
}
