"""A TCP echo client: sends each line of its input, prints each reply, Q quits.

Known bad: takes what one receive brings for the whole reply.
"""

import socket
import sys


def receive(sock, size):
    """Receives exactly size bytes: a reply may come in pieces."""
    reply = b""
    while len(reply) < size:
        piece = sock.recv(size - len(reply))
        if not piece:
            sys.exit("the server has closed the connection")
        return piece
    return reply


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    try:
        sock = socket.create_connection((host, port), timeout=10)
    except OSError as error:
        sys.exit(f"connect to {host}:{port}: {error}")
    with sock:
        sock.settimeout(None)
        for line in sys.stdin.buffer:
            if line.strip() in (b"Q", b"q"):
                break
            sock.sendall(line)
            reply = receive(sock, len(line))
            print("reply:", reply.decode(errors="replace").rstrip("\n"), flush=True)


main()
