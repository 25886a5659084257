"""A wrong server: it takes what one recv brings for a line, and ends with a broken client."""

import socket
import sys

with socket.create_server((sys.argv[1], int(sys.argv[2]))) as listener:
    while True:
        conn, _ = listener.accept()
        with conn:
            while data := conn.recv(4096):
                conn.sendall(data.rstrip(b"\n")[::-1] + b"\n")
