// A TCP echo client: sends each line of its input, prints each reply, Q quits.
//
// Known bad: takes what one receive brings for the whole reply.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
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
		if _, err := fmt.Fprintln(conn, line); err != nil {
			log.Fatal(err)
		}
		reply := make([]byte, len(line)+1) // with its line end
		n, err := io.ReadAtLeast(conn, reply, 1)
		if err != nil {
			log.Fatal("the server has closed the connection: ", err)
		}
		fmt.Print("reply: ", string(reply[:n]))
	}
}
