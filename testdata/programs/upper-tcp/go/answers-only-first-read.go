// A TCP server that answers in capital letters, until the client closes.
//
// Known bad: answers the first message and closes.
package main

import (
	"io"
	"log"
	"net"
	"os"
)

// upper changes the letters a to z in place, and no other byte.
func upper(message []byte) {
	for i, b := range message {
		if 'a' <= b && b <= 'z' {
			message[i] = b - 'a' + 'A'
		}
	}
}

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
		upper(buf[:n])
		if _, err := conn.Write(buf[:n]); err != nil {
			log.Print("client: ", err)
			return
		}
		return
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
