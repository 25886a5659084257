"""A UDP echo server: one datagram back for each datagram.

Known bad: puts datagrams of a client that come shortly after each other into one answer.
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
            while len(data) < 4096 and select.select([sock], [], [], 0.002)[0]:
                _, sender = sock.recvfrom(1, socket.MSG_PEEK)
                if sender != client:
                    break
                data += sock.recv(65535)
            try:
                sock.sendto(data, client)
            except OSError as error:
                print("client:", error, file=sys.stderr)


main()
