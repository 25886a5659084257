// A TCP server that greets each client and closes.
//
// Known bad: serves five clients and ends.
package main

import (
	"log"
	"net"
	"os"
)

func serve(conn net.Conn) {
	defer conn.Close()
	if _, err := conn.Write([]byte("Hello, client!\n")); err != nil {
		log.Print("client: ", err)
	}
}

func main() {
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		log.Fatal(err)
	}
	for range 5 {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		serve(conn)
	}
}
