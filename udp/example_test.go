package udp_test

import (
	"context"
	"fmt"

	"echolab/udp"
)

// A server and a client on this machine. The server counts the bytes that UDP
// carries: the message and nothing else, without a connection.
func Example() {
	ctx := context.Background()
	server, err := udp.Listen(ctx, udp.System{}, "127.0.0.1:0", udp.ServerOptions{})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	go server.Serve()

	client, err := udp.Dial(ctx, udp.System{}, server.Addr().String(), udp.ClientOptions{})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	if err := client.Send([]byte("hello")); err != nil {
		panic(err)
	}
	answer := make([]byte, 100)
	n, err := client.Receive(answer)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", answer[:n])
	fmt.Println(server.Stats().BytesIn, "bytes,", server.Stats().Connections, "connections")
	// Output:
	// hello
	// 5 bytes, 0 connections
}

// A datagram is a message. What the client sends in two steps comes back as two
// messages.
func ExampleClient() {
	ctx := context.Background()
	server, err := udp.Listen(ctx, udp.System{}, "127.0.0.1:0", udp.ServerOptions{})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	go server.Serve()

	client, err := udp.Dial(ctx, udp.System{}, server.Addr().String(), udp.ClientOptions{})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	for _, message := range []string{"hello, ", "world"} {
		if err := client.Send([]byte(message)); err != nil {
			panic(err)
		}
	}
	answer := make([]byte, 100)
	for range 2 {
		n, err := client.Receive(answer)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%q\n", answer[:n])
	}
	// Output:
	// "hello, "
	// "world"
}
