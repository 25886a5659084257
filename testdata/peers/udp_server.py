"""A UDP server that answers each datagram with the letters a to z in upper
case. Prints its port first."""

import socket

with socket.socket(type=socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    print(sock.getsockname()[1], flush=True)
    while True:
        data, client = sock.recvfrom(65535)
        sock.sendto(data.upper(), client)
