// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: collects long input before it answers, and forgets what it has collected when the client stops sending.
package main

import (
	"errors"
	"io"
	"log"
	"net"
	"os"
	"time"
)

func serve(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 512<<10)
	n := 0
	for {
		// Long input comes in many pieces: wait a moment for the next one.
		deadline := time.Time{}
		if n >= 4096 {
			deadline = time.Now().Add(30 * time.Millisecond)
		}
		conn.SetReadDeadline(deadline)
		more, err := conn.Read(buf[n:])
		n += more
		if err == nil && n >= 4096 && n < len(buf) {
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Print("client: ", err)
			return
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			log.Print("client: ", err)
			return
		}
		n = 0
	}
}

func main() {
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		serve(conn)
	}
}
