// A TCP echo client: sends each line of its input, prints each reply, Q quits.
//
// Known bad: ends without a word when nobody listens.
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
		os.Exit(1)
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
		if _, err := io.ReadFull(conn, reply); err != nil {
			log.Fatal("the server has closed the connection: ", err)
		}
		fmt.Print("reply: ", string(reply))
	}
}
