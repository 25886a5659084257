"""A TCP echo server for one message: receive, answer, close, next client.

Known bad: an error of one client ends the server.
"""

import socket
import sys


def serve(conn):
    data = conn.recv(1024)
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
                    raise


main()
