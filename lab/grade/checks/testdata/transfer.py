"""A stop-and-wait transfer over UDP with one bug, named by the last argument,
or none: python3 transfer.py ROLE HOST PORT BUG."""

import socket
import struct
import sys

role, host, port, bug = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
sock = socket.socket(type=socket.SOCK_DGRAM)


def acknowledged(number):
    try:
        while True:
            if struct.unpack("!I", sock.recvfrom(64)[0])[0] == number:
                return True
    except TimeoutError:
        return False


def send():
    sock.settimeout(0.1)
    data = sys.stdin.buffer.read()
    parts = [data[i : i + 1000] for i in range(0, len(data), 1000)]
    packets = [struct.pack("!IB", i, 0) + p for i, p in enumerate(parts)]
    packets.append(struct.pack("!IB", len(parts), 1))
    for number, packet in enumerate(packets):
        sock.sendto(packet, (host, port))
        for _ in range(3 if bug == "no-retransmit" else 100):
            if acknowledged(number):
                break
            if bug != "no-retransmit":
                sock.sendto(packet, (host, port))


def receive():
    sock.bind((host, port))
    if bug == "no-retransmit":
        sock.settimeout(8)
    expected = 0
    while True:
        try:
            packet, sender = sock.recvfrom(2048)
        except TimeoutError:
            break
        number, last = struct.unpack("!IB", packet[:5])
        if number > expected:
            continue
        sock.sendto(struct.pack("!I", number), sender)
        if number < expected and bug != "no-duplicate-filter":
            continue
        if last:
            sock.settimeout(1)
        else:
            sys.stdout.buffer.write(packet[5:])
        expected = number + 1
    if bug == "never-ends":
        sys.stdout.flush()
        sock.settimeout(None)
        sock.recvfrom(1)


send() if role == "sender" else receive()
