"""A TCP server that greets each client and closes.

Known bad: an error of one client ends the server.
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
