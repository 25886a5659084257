// A UDP server that answers each datagram in capital letters.
package main

import (
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
		upper(buf[:n])
		if _, err := conn.WriteTo(buf[:n], client); err != nil {
			log.Print("client: ", err)
		}
	}
}
