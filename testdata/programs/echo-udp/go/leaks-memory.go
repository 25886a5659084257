// A UDP echo server: one datagram back for each datagram.
//
// Known bad: keeps a buffer of every client.
package main

import (
	"log"
	"net"
	"os"
)

func main() {
	conn, err := net.ListenPacket("udp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 65535)
	var buffers [][]byte
	for {
		n, client, err := conn.ReadFrom(buf)
		if err != nil {
			log.Fatal(err)
		}
		copied := append(buf[:n:n], make([]byte, 16<<10)...)
		buffers = append(buffers, copied)
		if _, err := conn.WriteTo(copied[:n], client); err != nil {
			log.Print("client: ", err)
		}
	}
}
