// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: replaces everything that is not ASCII by a question mark.
package main

import (
	"io"
	"log"
	"net"
	"os"
)

func serve(conn net.Conn) {
	defer conn.Close()
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
		for i, b := range buf[:n] {
			if b > 127 {
				buf[i] = '?'
			}
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
