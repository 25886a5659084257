package udp

import "fmt"

// Service is what a server does with a client's datagram.
type Service string

// The services.
const (
	Echo    Service = "echo"    // answers with the same bytes (RFC 862)
	Discard Service = "discard" // answers nothing (RFC 863)
	Upper   Service = "upper"   // answers with changed bytes: a to z in upper case
	Hello   Service = "hello"   // answers any datagram with Greeting
)

// Greeting is what Hello answers. It is short on purpose: an answer that is
// longer than the request would amplify a flood from forged addresses.
const Greeting = "Hello, client!\n"

// check says whether there is such a service.
func (s Service) check() error {
	switch s {
	case Echo, Discard, Upper, Hello:
		return nil
	}
	return fmt.Errorf("service %q: not one of %s, %s, %s, %s", string(s), Echo, Discard, Upper, Hello)
}

// answer is what the service answers to b, which it may change; nil is no
// answer, while an empty datagram is one.
func (s Service) answer(b []byte) []byte {
	switch s {
	case Discard:
		return nil
	case Upper:
		upper(b)
	case Hello:
		return []byte(Greeting)
	}
	return b
}

// upper changes a to z, and only these, as package tcp's does.
func upper(b []byte) {
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
}
