package tcp

import "fmt"

// Service is what a server does with the bytes of a client.
type Service string

// The services.
const (
	Echo    Service = "echo"    // answers with the same bytes (RFC 862)
	Discard Service = "discard" // answers nothing (RFC 863)
	Upper   Service = "upper"   // answers with changed bytes: a to z in upper case
	Hello   Service = "hello"   // answers with Greeting, reads nothing and closes
)

// Greeting is what Hello answers.
const Greeting = "Hello, client!\n"

// check says whether there is such a service.
func (s Service) check() error {
	switch s {
	case Echo, Discard, Upper, Hello:
		return nil
	}
	return fmt.Errorf("service %q: not one of %s, %s, %s, %s", string(s), Echo, Discard, Upper, Hello)
}

// answer is what the service answers to b, which it may change. For Hello,
// which does not look at b, the server has a way of its own.
func (s Service) answer(b []byte) []byte {
	switch s {
	case Discard:
		return nil
	case Upper:
		upper(b)
	}
	return b
}

// upper changes a to z, and only these. A read may end within a letter of more
// than one byte, and to change such a letter the server would have to wait for
// the rest of it. So an answer always has as many bytes as were read.
//
// The four bytes before a framed message are changed like any others, so a
// client of this service sends raw.
func upper(b []byte) {
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
}
