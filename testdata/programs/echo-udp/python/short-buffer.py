"""A UDP echo server: one datagram back for each datagram.

Known bad: receives into 4,096 bytes, and the rest of a datagram is lost.
"""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        while True:
            data, client = sock.recvfrom(4096)
            try:
                sock.sendto(data, client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
