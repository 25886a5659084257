"""A TCP echo server for many clients at once: a thread for each.

Known bad: serves at most eight clients at once.
"""

import socket
import sys
import threading

places = threading.Semaphore(8)


def serve(conn):
    with conn, places:
        try:
            while True:
                data = conn.recv(65536)
                if not data:
                    return
                conn.sendall(data)
        except OSError as error:
            print("client:", error, file=sys.stderr)


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.create_server((host, port), backlog=128) as listener:
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=serve, args=(conn,), daemon=True).start()


main()
