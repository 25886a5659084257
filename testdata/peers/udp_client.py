"""A UDP client: sends one message from 127.0.0.1 and prints the answer.
Usage: udp_client.py PORT MESSAGE"""

import socket
import sys

with socket.socket(type=socket.SOCK_DGRAM) as sock:
    sock.settimeout(10)
    sock.bind(("127.0.0.1", 0))
    sock.sendto(sys.argv[2].encode(), ("127.0.0.1", int(sys.argv[1])))
    print(sock.recv(1024).decode())
