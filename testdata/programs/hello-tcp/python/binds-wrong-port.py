"""A TCP server that greets each client and closes.

Known bad: listens on the port after the one that it is given.
"""

import socket
import sys


def serve(conn):
    conn.sendall(b"Hello, client!\n")
    # Say that nothing more comes, and let the client close first.
    conn.shutdown(socket.SHUT_WR)
    conn.settimeout(1)
    try:
        while conn.recv(1024):
            pass
    except TimeoutError:
        pass


def main():
    host, port = sys.argv[1], int(sys.argv[2]) + 1
    with socket.create_server((host, port), backlog=128) as listener:
        while True:
            conn, _ = listener.accept()
            with conn:
                try:
                    serve(conn)
                except OSError as error:
                    print("client:", error, file=sys.stderr)


main()
