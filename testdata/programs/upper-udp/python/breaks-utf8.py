"""A UDP server that answers each datagram in capital letters.

Known bad: takes every byte for a letter of Latin-1.
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
                sock.sendto(data.decode("latin-1").upper().encode("latin-1", "replace"), client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
