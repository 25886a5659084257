// A TCP echo server: a goroutine for each client.
//
// Known bad: has one buffer for all clients, and answers a burst of them together.
package main

import (
	"io"
	"log"
	"net"
	"os"
	"sync/atomic"
	"time"
)

var buf = make([]byte, 64<<10) // one for all clients
var clients atomic.Int32

func serve(conn net.Conn) {
	defer conn.Close()
	clients.Add(1)
	defer clients.Add(-1)
	for {
		n, err := conn.Read(buf)
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Print("client: ", err)
			return
		}
		if clients.Load() > 1 {
			time.Sleep(20 * time.Millisecond)
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			log.Print("client: ", err)
			return
		}
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
		go serve(conn)
	}
}
