"""A right server: it answers each line backwards, one client after the other."""

import socket
import sys


def serve(conn):
    pending = b""
    while data := conn.recv(4096):
        pending += data
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            conn.sendall(line[::-1] + b"\n")


with socket.create_server((sys.argv[1], int(sys.argv[2]))) as listener:
    while True:
        conn, _ = listener.accept()
        with conn:
            try:
                serve(conn)
            except OSError as err:
                print("a client has gone:", err, file=sys.stderr)
