package tcp_test

import (
	"context"
	"fmt"

	"echolab/tcp"
)

// A server and a client on this machine. The server counts the bytes that TCP
// carries: the message and the four bytes before it that tell its length.
func Example() {
	ctx := context.Background()
	server, err := tcp.Listen(ctx, tcp.System{}, "127.0.0.1:0", tcp.ServerOptions{})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	go server.Serve()

	client, err := tcp.Dial(ctx, tcp.System{}, server.Addr().String(), tcp.ClientOptions{})
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
	fmt.Println(server.Stats().BytesIn, "bytes,", server.Stats().Connections, "connection")
	// Output:
	// hello
	// 9 bytes, 1 connection
}

// TCP has no messages. A raw client sends without frames, and what it sends in
// two steps comes back as one run of bytes.
func ExampleClient() {
	ctx := context.Background()
	server, err := tcp.Listen(ctx, tcp.System{}, "127.0.0.1:0", tcp.ServerOptions{})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	go server.Serve()

	client, err := tcp.Dial(ctx, tcp.System{}, server.Addr().String(), tcp.ClientOptions{Raw: true})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	for _, message := range []string{"hello, ", "world"} {
		if err := client.Send([]byte(message)); err != nil {
			panic(err)
		}
	}
	answer := make([]byte, len("hello, world"))
	n, err := client.Receive(answer)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", answer[:n])
	// Output:
	// hello, world
}
