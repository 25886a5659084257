// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: leaves bytes of value 0 out.
package main

import (
	"bytes"
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
		if _, err := conn.Write(bytes.ReplaceAll(buf[:n], []byte{0}, nil)); err != nil {
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
