// A UDP echo server: one datagram back for each datagram.
//
// Known bad: puts a word in front of every answer.
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
	for {
		n, client, err := conn.ReadFrom(buf)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := conn.WriteTo(append([]byte("echo: "), buf[:n]...), client); err != nil {
			log.Print("client: ", err)
		}
	}
}
