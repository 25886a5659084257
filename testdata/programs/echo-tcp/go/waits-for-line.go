// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: answers only when a line is complete.
package main

import (
	"bufio"
	"io"
	"log"
	"net"
	"os"
)

func serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			conn.Write(line)
			return
		}
		if err != nil {
			log.Print("client: ", err)
			return
		}
		if _, err := conn.Write(line); err != nil {
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
