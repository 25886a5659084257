// A UDP echo server: one datagram back for each datagram.
//
// Known bad: replaces everything that is not ASCII by a question mark.
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
		for i, b := range buf[:n] {
			if b > 127 {
				buf[i] = '?'
			}
		}
		if _, err := conn.WriteTo(buf[:n], client); err != nil {
			log.Print("client: ", err)
		}
	}
}
