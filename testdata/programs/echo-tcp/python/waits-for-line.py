"""A TCP echo server: one client after the other, each until it closes.

Known bad: answers only when a line is complete.
"""

import socket
import sys


def serve(conn):
    with conn.makefile("rb") as lines:
        for line in lines:
            conn.sendall(line)


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
