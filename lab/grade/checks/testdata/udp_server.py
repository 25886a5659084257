"""A UDP echo server with one bug, named by the last argument, or none:
python3 udp_server.py HOST PORT BUG."""

import socket
import sys

host, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sock = socket.socket(type=socket.SOCK_DGRAM)
sock.bind((host, port))
first = None
kept = []
while True:
    data, client = sock.recvfrom(1024 if bug == "short-buffer" else 65535)
    out = sock
    if bug == "drops-empty-datagram" and not data:
        continue
    if bug == "adds-newline":
        data += b"\n"
    if bug == "drops-nuls":
        data = data.split(b"\0")[0]
    if bug == "ascii-only":
        data = bytes(b if b < 128 else 63 for b in data)
    if bug == "answers-twice":
        sock.sendto(data, client)
    if bug == "answers-first-client":
        first = client = first or client
    if bug == "answers-from-another-port":
        out = socket.socket(type=socket.SOCK_DGRAM)
    if bug == "leaks-descriptors":
        kept.append(open("/dev/null"))
    if bug == "leaks-memory":
        kept.append(bytearray(64 << 10))
    if bug == "two-datagrams-as-one":
        sock.setblocking(False)
        try:
            data += sock.recvfrom(65535)[0]
        except BlockingIOError:
            pass
        sock.setblocking(True)
    out.sendto(data[:65507], client)
