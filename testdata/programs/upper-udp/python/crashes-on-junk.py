"""A UDP server that answers each datagram in capital letters.

Known bad: decodes what it received as UTF-8 and ends when it is not.
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
                sock.sendto("".join(c.upper() if c.isascii() else c for c in str(data, "utf-8")).encode(), client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
