"""A TCP echo server: one client after the other, each until it closes.

Known bad: keeps a buffer of every client.
"""

import socket
import sys


buffers = []


def serve(conn):
    buffer = bytearray(b"\0" * 16384)
    buffers.append(buffer)
    while True:
        size = conn.recv_into(buffer)
        if not size:
            return
        conn.sendall(buffer[:size])


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
