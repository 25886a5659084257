// A TCP server that greets each client and closes.
//
// Known bad: never closes the client's connection.
package main

import (
	"log"
	"net"
	"os"
)

// clients are all who have come.
var clients []net.Conn

func serve(conn net.Conn) {
	clients = append(clients, conn)
	if _, err := conn.Write([]byte("Hello, client!\n")); err != nil {
		log.Print("client: ", err)
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
