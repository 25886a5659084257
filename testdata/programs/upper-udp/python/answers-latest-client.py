"""A UDP server that answers each datagram in capital letters.

Known bad: answers a burst of datagrams, all to whoever sent the last of it.
"""

import select
import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        while True:
            data, client = sock.recvfrom(65535)
            burst = [data]
            while select.select([sock], [], [], 0.002)[0]:
                data, client = sock.recvfrom(65535)
                burst.append(data)
            try:
                for data in burst:
                    sock.sendto(data.upper(), client)  # of bytes, upper changes a to z only
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
