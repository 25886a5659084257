"""A TCP echo client with one bug, named by the last argument, or none:
python3 tcp_client.py HOST PORT BUG."""

import socket
import sys
import time

host, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]
try:
    conn = socket.create_connection((host, port))
except OSError as err:
    if bug == "says-nothing-of-refusal":
        sys.exit(0)
    print(err, file=sys.stderr)
    sys.exit(1)
for line in sys.stdin:
    line = line.rstrip("\n")
    if line in ("Q", "q") and bug != "ignores-q":
        break
    message = line.encode()
    conn.sendall(message)
    reply = b""
    while len(reply) < len(message):
        data = conn.recv(1024)
        if not data:
            if bug == "hangs-when-server-closes":
                time.sleep(1000)
            sys.exit("the server has closed")
        reply += data
        if bug == "assumes-one-read":
            break
    print("sent" if bug == "prints-nothing" else "reply: " + reply.decode(), flush=True)
else:
    if bug == "hangs-at-eof":
        time.sleep(1000)
