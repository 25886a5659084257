// A file over UDP, a window of datagrams at a time (selective repeat).
//
//	good sender HOST PORT < file
//	good receiver HOST PORT > file
//
// A datagram is a number of four bytes and up to 1,000 bytes of the file; one
// without any is the end. An acknowledgement is the number alone.
package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"log"
	"net"
	"os"
	"time"
)

const (
	size     = 1000                   // bytes of the file in a datagram
	window   = 16                     // datagrams on their way at once
	timeout  = 200 * time.Millisecond // until a datagram is sent again
	patience = 10 * time.Second       // until the other side counts as gone
	linger   = time.Second            // for repetitions of the end
)

// cut makes the datagrams of a file.
func cut(file []byte) [][]byte {
	var datagrams [][]byte
	for end := false; !end; {
		n := min(size, len(file))
		end = n == 0
		datagram := binary.BigEndian.AppendUint32(nil, uint32(len(datagrams)))
		datagrams = append(datagrams, append(datagram, file[:n]...))
		file = file[n:]
	}
	return datagrams
}

// send sends until every datagram is acknowledged.
func send(conn net.PacketConn, receiver net.Addr, datagrams [][]byte) {
	acked := make([]bool, len(datagrams))
	sent := make([]time.Time, len(datagrams))
	heard := time.Now()
	buf := make([]byte, 65535)
	for base := 0; base < len(datagrams); {
		now := time.Now()
		for i := base; i < min(base+window, len(datagrams)); i++ {
			if !acked[i] && now.Sub(sent[i]) >= timeout {
				conn.WriteTo(datagrams[i], receiver)
				sent[i] = now
			}
		}
		if now.Sub(heard) > patience {
			log.Fatalf("datagram %d: no acknowledgement", base)
		}
		conn.SetReadDeadline(now.Add(timeout / 8))
		n, _, err := conn.ReadFrom(buf)
		if err != nil || n != 4 {
			continue
		}
		heard = now
		if number := int(binary.BigEndian.Uint32(buf)); number < len(acked) {
			acked[number] = true
		}
		for base < len(datagrams) && acked[base] {
			base++
		}
	}
}

// receive writes what comes, in order, until the end has come.
func receive(conn net.PacketConn, out *bufio.Writer) {
	early := map[uint32][]byte{} // came before their turn
	buf := make([]byte, 65535)
	for next := uint32(0); ; {
		n, sender, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if n < 4 {
			continue
		}
		number := binary.BigEndian.Uint32(buf)
		if number >= next && number < next+window {
			early[number] = append([]byte(nil), buf[4:n]...)
		}
		if number < next+window {
			conn.WriteTo(buf[:4], sender)
		}
		for piece, ok := early[next]; ok; piece, ok = early[next] {
			out.Write(piece)
			delete(early, next)
			next++
			if len(piece) == 0 {
				conn.SetReadDeadline(time.Now().Add(linger))
			}
		}
		out.Flush()
	}
}

func main() {
	address, err := net.ResolveUDPAddr("udp", net.JoinHostPort(os.Args[2], os.Args[3]))
	if err != nil {
		log.Fatal(err)
	}
	local := ":0"
	if os.Args[1] == "receiver" {
		local = address.String()
	}
	conn, err := net.ListenPacket("udp", local)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if os.Args[1] == "receiver" {
		receive(conn, bufio.NewWriter(os.Stdout))
		return
	}
	file, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	send(conn, address, cut(file))
}
