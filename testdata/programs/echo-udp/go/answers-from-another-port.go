// A UDP echo server: one datagram back for each datagram.
//
// Known bad: answers through a new socket.
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
		reply, err := net.ListenPacket("udp", ":0")
		if err != nil {
			log.Fatal(err)
		}
		if _, err := reply.WriteTo(buf[:n], client); err != nil {
			log.Print("client: ", err)
		}
		reply.Close()
	}
}
