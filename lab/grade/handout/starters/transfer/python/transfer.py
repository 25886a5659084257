"""{{.Title}}."""

import socket
import sys


def send(host, port):
    data = sys.stdin.buffer.read()
    print("a file of", len(data), "bytes for", host, port, file=sys.stderr)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
        # TODO: {{.Say "cut the file into datagrams, number them, send them"}}
        # TODO: {{.Say "send a datagram again until its acknowledgement comes"}}
        # TODO: {{.Say "send the end, and have it acknowledged"}}
        pass


def receive(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        sock.settimeout(3)
        datagram, sender = sock.recvfrom(65535)
        print("a datagram of", len(datagram), "bytes from", sender, file=sys.stderr)
        # TODO: {{.Say "receive until the end, and acknowledge each datagram"}}
        # TODO: {{.Say "write each piece to sys.stdout.buffer, in order and once"}}


role, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
if role == "sender":
    send(host, port)
else:
    receive(host, port)
