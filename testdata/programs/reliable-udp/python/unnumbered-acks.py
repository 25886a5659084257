"""A file over UDP, one datagram at a time (stop and wait).

Known bad: takes any acknowledgement for that of the datagram on its way.

    python3 good.py sender HOST PORT < file
    python3 good.py receiver HOST PORT > file

A datagram is a number of four bytes and up to 1,000 bytes of the file; one
without any is the end. An acknowledgement is the number alone.
"""

import socket
import struct
import sys

SIZE = 1000      # bytes of the file in a datagram
TIMEOUT = 0.6    # seconds until a datagram is sent again; a busy machine is no loss
TRIES = 50       # until the other side counts as gone
LINGER = 1.0     # seconds that the receiver stays for repetitions of the end


def deliver(sock, receiver, number, piece):
    """Sends one datagram until it is acknowledged."""
    for _ in range(TRIES):
        sock.sendto(struct.pack("!I", number) + piece, receiver)
        try:
            while True:
                ack = sock.recv(65535)
                if ack:
                    return
        except TimeoutError:
            continue
    sys.exit(f"datagram {number}: no acknowledgement")


def send(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(TIMEOUT)
        data = sys.stdin.buffer.read()
        pieces = [data[at:at + SIZE] for at in range(0, len(data), SIZE)]
        for number, piece in enumerate(pieces + [b""]):
            deliver(sock, (host, port), number, piece)


def receive(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        expected, over = 0, False
        while True:
            try:
                datagram, sender = sock.recvfrom(65535)
            except TimeoutError:
                return
            number, piece = struct.unpack("!I", datagram[:4])[0], datagram[4:]
            if number == expected:
                sys.stdout.buffer.write(piece)
                sys.stdout.buffer.flush()
                expected += 1
                over = not piece
            if number < expected:
                sock.sendto(struct.pack("!I", number), sender)
            if over:
                sock.settimeout(LINGER)


if __name__ == "__main__":
    role, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if role == "sender":
        send(host, port)
    else:
        receive(host, port)
