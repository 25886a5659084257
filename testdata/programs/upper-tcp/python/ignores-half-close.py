"""A TCP server that answers in capital letters, until the client closes.

Known bad: collects long input before it answers, and forgets what it has collected when the client stops sending.
"""

import socket
import sys


def serve(conn):
    data = b""
    while True:
        # Long input comes in many pieces: wait a moment for the next one.
        conn.settimeout(0.03 if len(data) >= 4096 else None)
        try:
            piece = conn.recv(65536)
            if not piece:
                return
            data += piece
            if 4096 <= len(data) < 512 * 1024:
                continue
        except TimeoutError:
            pass
        conn.settimeout(None)
        conn.sendall(data.upper())  # of bytes, upper changes a to z only
        data = b""


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
