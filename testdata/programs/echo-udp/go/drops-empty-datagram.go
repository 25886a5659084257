// A UDP echo server: one datagram back for each datagram.
//
// Known bad: takes an empty datagram for the end of something and does not answer.
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
		if n == 0 {
			continue
		}
		if _, err := conn.WriteTo(buf[:n], client); err != nil {
			log.Print("client: ", err)
		}
	}
}
