"""A TCP echo server: one client after the other, each until it closes.

Known bad: closes when a client has sent 512 KiB.
"""

import socket
import sys


def serve(conn):
    total = 0
    while True:
        data = conn.recv(65536)
        total += len(data)
        if not data or total > 512 * 1024:
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
