"""A TCP echo server for many clients at once: a thread for each.

Known bad: has one buffer for all clients, and answers a burst of them together.
"""

import socket
import sys
import threading
import time

# One buffer for all clients.
buffer = bytearray(65536)


def serve(conn):
    with conn:
        try:
            while True:
                size = conn.recv_into(buffer)
                if not size:
                    return
                if threading.active_count() > 2:
                    time.sleep(0.02)
                conn.sendall(buffer[:size])
        except OSError as error:
            print("client:", error, file=sys.stderr)


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.create_server((host, port), backlog=128) as listener:
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=serve, args=(conn,), daemon=True).start()


main()
