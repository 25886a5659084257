// A UDP echo server: one datagram back for each datagram.
//
// Known bad: answers a burst of datagrams, all to whoever sent the last of it.
package main

import (
	"log"
	"net"
	"os"
	"time"
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
		burst := [][]byte{append([]byte(nil), buf[:n]...)}
		for conn.SetReadDeadline(time.Now().Add(2 * time.Millisecond)); err == nil; {
			var next net.Addr
			if n, next, err = conn.ReadFrom(buf); err == nil {
				client = next
				burst = append(burst, append([]byte(nil), buf[:n]...))
			}
		}
		conn.SetReadDeadline(time.Time{})
		for _, datagram := range burst {
			if _, err := conn.WriteTo(datagram, client); err != nil {
				log.Print("client: ", err)
			}
		}
	}
}
