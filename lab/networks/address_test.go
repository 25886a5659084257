package networks

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"
)

func TestNumericAddress(t *testing.T) {
	for _, c := range []struct{ network, address, want string }{
		{"tcp", "10.0.0.2:7", "10.0.0.2:7"},
		{"tcp4", "0.0.0.0:0", "0.0.0.0:0"},
		{"tcp", ":65535", "0.0.0.0:65535"},
		{"tcp", "[::ffff:10.0.0.2]:7", "10.0.0.2:7"},
	} {
		got, err := NumericAddress("tcp", c.network, c.address)
		if err != nil || got.String() != c.want {
			t.Errorf("%s %q: %s, %v, want %s", c.network, c.address, got, err, c.want)
		}
	}
	for _, c := range []struct{ network, address string }{
		{"tcp", ""}, {"tcp", "10.0.0.2"}, {"tcp", "10.0.0.2:65536"}, {"tcp", "10.0.0.2:-1"}, {"tcp", "10.0.0.2:echo"},
		{"tcp", "localhost:7"}, {"tcp", "[::1]:7"}, {"tcp", "10.0.0.2:7:7"}, {"udp", ":7"}, {"tcp6", ":7"}, {"", ":7"},
	} {
		if got, err := NumericAddress("tcp", c.network, c.address); err == nil {
			t.Errorf("%s %q: %s, want an error", c.network, c.address, got)
		}
	}
	if _, err := NumericAddress("udp", "udp6", ":7"); !errors.Is(err, syscall.EAFNOSUPPORT) {
		t.Errorf("udp6: %v", err)
	}
	var unknown net.UnknownNetworkError
	if _, err := NumericAddress("udp", "sctp", ":7"); !errors.As(err, &unknown) {
		t.Errorf("sctp: %v", err)
	}
}

func passed(d *Deadline) bool {
	select {
	case <-d.Done():
		return true
	default:
		return false
	}
}

func TestDeadline(t *testing.T) {
	d := NewDeadline()
	waiting := d.Done()
	d.Set(time.Now().Add(time.Hour))
	if passed(d) {
		t.Error("an hour passed at once")
	}
	d.Set(time.Unix(1, 0))
	<-waiting // who waited before the deadline was moved is woken
	if !passed(d) {
		t.Error("a deadline in the past has not passed")
	}
	d.Set(time.Time{})
	if passed(d) {
		t.Error("no deadline has passed")
	}
	d.Set(time.Now().Add(time.Millisecond))
	<-d.Done()
	d.Set(time.Now().Add(time.Hour))
	if passed(d) {
		t.Error("a new deadline passed with the old one")
	}
	d.Set(time.Time{})
}
