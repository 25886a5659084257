// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: keeps a buffer of every client.
package main

import (
	"bytes"
	"io"
	"log"
	"net"
	"os"
)

// buffers are those of all clients.
var buffers [][]byte

func serve(conn net.Conn) {
	defer conn.Close()
	buf := bytes.Repeat([]byte{0}, 16<<10)
	buffers = append(buffers, buf)
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
