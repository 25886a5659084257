"""A UDP echo server: one datagram back for each datagram.

Known bad: binds to the port after the one that it is given.
"""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2]) + 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        while True:
            data, client = sock.recvfrom(65535)
            try:
                sock.sendto(data, client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
