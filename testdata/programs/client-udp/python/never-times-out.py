"""A UDP echo client: sends each line, waits for its reply for a second, Q quits.

Known bad: waits for a lost reply forever.
"""

import socket
import sys
import time

PATIENCE = 1.0  # seconds


def receive(sock, line):
    """Waits for the echo of line. Whatever else comes is the late echo of an earlier one."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            reply = sock.recv(65535)
        except TimeoutError:
            return None
        if reply == line:
            return reply


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for text in sys.stdin.buffer:
            line = text.rstrip(b"\r\n")
            if line in (b"Q", b"q"):
                break
            sock.sendto(line, (host, port))
            reply = receive(sock, line)
            if reply is None:
                print("no reply", flush=True)
            else:
                print("reply:", reply.decode(errors="replace"), flush=True)


main()
