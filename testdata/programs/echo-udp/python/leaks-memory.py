"""A UDP echo server: one datagram back for each datagram.

Known bad: keeps a buffer of every client.
"""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        buffers = []
        sock.bind((host, port))
        while True:
            data, client = sock.recvfrom(65535)
            buffers.append(data + bytes(16384))
            try:
                sock.sendto(data, client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
