// A TCP server that greets each client and closes.
//
// Known bad: greets with a word that nobody asked for.
package main

import (
	"log"
	"net"
	"os"
)

func serve(conn net.Conn) {
	defer conn.Close()
	if _, err := conn.Write([]byte("Welcome, client!\n")); err != nil {
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
