// A UDP echo client: sends each line, waits for its reply for a second, Q quits.
//
// Known bad: takes whatever comes next for the reply.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"time"
)

const patience = time.Second

// receive waits for the echo of line. Whatever else comes is the late echo of
// an earlier one.
func receive(conn net.PacketConn, line string) (string, bool) {
	conn.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 65535)
	for {
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			return "", false
		}
		return string(buf[:n]), true
	}
}

func main() {
	server, err := net.ResolveUDPAddr("udp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		log.Fatal(err)
	}
	conn, err := net.ListenPacket("udp", ":0")
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		line := input.Text()
		if line == "Q" || line == "q" {
			return
		}
		if _, err := conn.WriteTo([]byte(line), server); err != nil {
			log.Fatal(err)
		}
		if reply, ok := receive(conn, line); ok {
			fmt.Println("reply:", reply)
		} else {
			fmt.Println("no reply")
		}
	}
}
