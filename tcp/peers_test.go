package tcp_test

import (
	"net"
	"strings"
	"testing"

	"echolab/lab/labtest/peer"
	"echolab/tcp"
)

// portOf is a server's port, for programs that are told nothing else.
func portOf(t *testing.T, s *tcp.Server) string {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// reach connects to a program's server as soon as it listens.
func reach(t *testing.T, port string) *tcp.Client {
	t.Helper()
	var c *tcp.Client
	eventually(t, "something listens on port "+port, func() bool {
		var err error
		c, err = tcp.Dial(t.Context(), tcp.System{}, "127.0.0.1:"+port, tcp.ClientOptions{Raw: true})
		return err == nil
	})
	t.Cleanup(func() { c.Close() })
	within(t, c, patience)
	return c
}

// send sends without waiting for an answer.
func send(t *testing.T, c *tcp.Client, message string) {
	t.Helper()
	if err := c.Send([]byte(message)); err != nil {
		t.Fatal(err)
	}
}

// Our server, their clients.

func TestPromptClients(t *testing.T) {
	port := portOf(t, serve(t, tcp.ServerOptions{Iterative: true, MaxClients: 5, Buffer: 1024}))
	t.Run("python", func(t *testing.T) {
		p := peer.Start(t, append(peer.Ours(t, "prompt_client.py"), port)...)
		for _, line := range []string{"hello", "안녕"} {
			p.Type(line)
			p.Line("answer: " + line)
		}
		p.Type("Q")
		p.Ended()
	})
	t.Run("document 001", func(t *testing.T) {
		p := peer.Start(t, append(peer.Original(t, "001", "echo_client.cpp", "#include <iostream>", "위 예제에서는"), "127.0.0.1", port)...)
		p.Type("hello")
		p.Type("Q")
		p.Line("Message from server : hello")
		p.Ended()
	})
}

func TestWaitAllClients(t *testing.T) {
	port := portOf(t, serve(t, tcp.ServerOptions{Buffer: 512}))
	long := strings.Repeat("0123456789", 50)
	t.Run("c", func(t *testing.T) {
		p := peer.Start(t, append(peer.Ours(t, "waitall_client.c"), port)...)
		p.Type("hello")
		p.Line("6 bytes: hello")
		p.Type(long)
		p.Line("501 bytes: " + long)
		p.EndInput()
		p.Ended()
	})
	t.Run("document 004", func(t *testing.T) {
		p := peer.Start(t, peer.Original(t, "004", "[클라이언트 코드]", "#include", "####################", "9000", port)...)
		p.Type("hello")
		p.Type(long)
		p.EndInput()
		p.Line("hello")
		p.Line(long)
		p.Ended()
	})
}

func TestOnceClients(t *testing.T) {
	port := portOf(t, serve(t, tcp.ServerOptions{Iterative: true, Once: true, Buffer: 1024}))
	t.Run("python", func(t *testing.T) {
		p := peer.Start(t, append(peer.Ours(t, "once_client.py"), port, "한 마디")...)
		p.Line("한 마디")
		p.Ended()
	})
	t.Run("document 000", func(t *testing.T) {
		p := peer.Start(t, append(peer.Original(t, "000", "## 클라이언트", "import socket", "```", "10070", port), "한 마디")...)
		p.Line("Received message: 한 마디")
		p.Ended()
	})
}

func TestTools(t *testing.T) {
	port := portOf(t, serve(t, tcp.ServerOptions{}))
	for _, command := range [][]string{
		{"nc", "-N", "127.0.0.1", port},
		{"socat", "-t", "20", "-", "TCP:127.0.0.1:" + port},
	} {
		t.Run(command[0], func(t *testing.T) {
			p := peer.Start(t, command...)
			p.Type("hello")
			p.Line("hello")
			p.Type("and goodbye")
			p.EndInput()
			p.Line("and goodbye")
			p.Ended()
		})
	}
}

// Our client, their servers.

func TestIterativeServers(t *testing.T) {
	iterative := func(t *testing.T, port string, p *peer.Process) {
		for range 4 {
			c := reach(t, port)
			message := strings.Repeat("longer than a read of 1,024 bytes ", 100)
			echo(t, c, message)
			c.Close()
		}
		fifth, sixth := reach(t, port), reach(t, port)
		send(t, sixth, "too late")
		echo(t, fifth, "just in time")
		fifth.Close()
		p.Ended()
		if n, err := sixth.Receive(make([]byte, 1)); err == nil {
			t.Errorf("a sixth client got %d bytes", n)
		}
	}
	t.Run("c", func(t *testing.T) {
		p := peer.Start(t, peer.Ours(t, "iterative_server.c")...)
		iterative(t, p.Port(), p)
	})
	t.Run("document 001", func(t *testing.T) {
		port := peer.FreePort(t)
		p := peer.Start(t, append(peer.Original(t, "001", "echo_server.c", "#include", "Iterative 에코 클라이언트"), port)...)
		iterative(t, port, p)
	})
}

func TestOnceServers(t *testing.T) {
	once := func(t *testing.T, port string) {
		for range 3 {
			c := reach(t, port)
			echo(t, c, "한 마디")
			wantEnd(t, c)
		}
	}
	t.Run("python", func(t *testing.T) {
		once(t, peer.Start(t, peer.Ours(t, "once_server.py")...).Port())
	})
	t.Run("document 000", func(t *testing.T) {
		port := peer.FreePort(t)
		peer.Start(t, peer.Original(t, "000", "## 에코 서버", "import socketserver", "```", "10070", port)...)
		once(t, port)
	})
}

// TestLoggingServer is for the server that goes on for ever.
func TestLoggingServer(t *testing.T) {
	port := peer.FreePort(t)
	peer.Start(t, peer.Original(t, "004", "[서버 코드]", "#include", "####################", "\n#define SERVERPORT 9000", "\n#define SERVERPORT "+port)...)
	for range 3 {
		c := reach(t, port)
		echo(t, c, strings.Repeat("longer than a read of 512 bytes ", 100))
		c.Close()
	}
}

func TestThreadServers(t *testing.T) {
	for name, answer := range map[string]string{"thread_server.py": "Hello 한글", "upper_server.py": "HELLO 한글"} {
		t.Run(name, func(t *testing.T) {
			port := peer.Start(t, peer.Ours(t, name)...).Port()
			reach(t, port) // idle
			c := reach(t, port)
			send(t, c, "Hello 한글")
			want(t, c, answer)
		})
	}
}

func TestHelloServer(t *testing.T) {
	port := peer.Start(t, peer.Ours(t, "hello_server.py")...).Port()
	for range 3 {
		c := reach(t, port)
		want(t, c, tcp.Greeting)
		wantEnd(t, c)
	}
}

func TestToolServers(t *testing.T) {
	t.Run("socat", func(t *testing.T) {
		port := peer.FreePort(t)
		peer.Start(t, "socat", "TCP-LISTEN:"+port+",bind=127.0.0.1,fork", "EXEC:cat")
		echo(t, reach(t, port), "hello")
		framed, err := tcp.Dial(t.Context(), tcp.System{}, "127.0.0.1:"+port, tcp.ClientOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer framed.Close()
		within(t, framed, patience)
		echo(t, framed, "an echo is an echo, also of frames")
	})
	t.Run("nc", func(t *testing.T) {
		port := peer.FreePort(t)
		p := peer.Start(t, "nc", "-l", "127.0.0.1", port)
		c := reach(t, port)
		send(t, c, "hello\n")
		p.Line("hello")
		p.Type("typed by hand")
		want(t, c, "typed by hand\n")
	})
}
