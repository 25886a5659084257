"""A UDP echo client with one bug, named by the last argument, or none:
python3 udp_client.py HOST PORT BUG."""

import socket
import sys

host, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sock = socket.socket(type=socket.SOCK_DGRAM)
sock.settimeout(None if bug == "never-times-out" else 1)
for line in sys.stdin:
    line = line.rstrip("\n")
    if line in ("Q", "q") and bug != "ignores-q":
        break
    sock.sendto(line.encode(), (host, port))
    try:
        while True:
            reply = sock.recvfrom(65535)[0].decode()
            if reply == line or bug == "takes-any-reply":
                break
        if bug != "prints-nothing":
            print("reply:", reply, flush=True)
    except TimeoutError:
        print("no reply", flush=True)
