"""A TCP client with a prompt: sends each line without its end, prints what one
read brings, and quits at Q. Usage: prompt_client.py PORT"""

import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=10) as sock:
    for line in sys.stdin:
        message = line.rstrip("\n")
        if message in ("q", "Q"):
            break
        sock.sendall(message.encode())
        print("answer:", sock.recv(1023).decode(), flush=True)
