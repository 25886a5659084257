"""A TCP client: binds its end to 127.0.0.1, sends one message and prints the
answer of one read. Usage: once_client.py PORT MESSAGE"""

import socket
import sys

with socket.socket() as sock:
    sock.settimeout(10)
    sock.bind(("127.0.0.1", 0))
    sock.connect(("127.0.0.1", int(sys.argv[1])))
    sock.sendall(sys.argv[2].encode())
    print(sock.recv(1024).decode())
