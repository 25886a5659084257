"""A UDP server that answers each datagram in capital letters.

Known bad: clears bit 5 of every byte from a on, also of the brackets behind z.
"""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        while True:
            data, client = sock.recvfrom(65535)
            try:
                sock.sendto(bytes(b & ~0x20 if 97 <= b < 127 else b for b in data), client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
