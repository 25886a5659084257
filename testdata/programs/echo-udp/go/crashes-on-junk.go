// A UDP echo server: one datagram back for each datagram.
//
// Known bad: ends when a datagram is not UTF-8.
package main

import (
	"log"
	"net"
	"os"
	"unicode/utf8"
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
		if !utf8.Valid(buf[:n]) {
			log.Fatal("not UTF-8")
		}
		if _, err := conn.WriteTo(buf[:n], client); err != nil {
			log.Print("client: ", err)
		}
	}
}
