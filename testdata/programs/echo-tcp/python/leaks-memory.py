"""A TCP echo server: one client after the other, each until it closes.

Known bad: keeps a buffer of every client.
"""

import socket
import sys


def serve(conn, buffers=[]):
    buffers.append(bytearray(b"x" * 16384))
    while True:
        data = conn.recv(65536)
        if not data:
            return
        conn.sendall(data)


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.create_server((host, port), backlog=128) as listener:
        while True:
            conn, _ = listener.accept()
            with conn:
                try:
                    serve(conn)
                except OSError as error:
                    print("client:", error, file=sys.stderr)


main()
