// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: never closes the client's connection.
package main

import (
	"io"
	"log"
	"net"
	"os"
)

// clients are all who have come.
var clients []net.Conn

func serve(conn net.Conn) {
	clients = append(clients, conn)
	buf := make([]byte, 64<<10)
	for {
		n, err := conn.Read(buf)
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
