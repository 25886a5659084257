"""A TCP echo server with one bug, named by the last argument, or none:
python3 tcp_server.py HOST PORT BUG. A thread for each client."""

import os
import signal
import socket
import sys
import threading
import time

host, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]
kept = []
last = b""


def answer(data):
    if bug == "adds-newline":
        return data + b"\n"
    if bug == "drops-nuls":
        return data.split(b"\0")[0]
    if bug == "ascii-only" and any(b > 127 for b in data):
        return bytes(b if b < 128 else 63 for b in data)
    return data


def attend(conn):
    global last
    first = True
    total = 0
    try:
        while True:
            data = conn.recv(1024)
            if not data:
                break
            if bug == "crashes-on-reset":
                conn.send(b"")
            total += len(data)
            if bug == "cuts-at-1024" and total > 1024 and not first:
                continue
            if bug == "merges-clients":
                last = data
                if len(data) < 100:
                    time.sleep(0.02)
                data = last
            if bug == "waits-for-line":
                while not data.endswith(b"\n"):
                    more = conn.recv(1024)
                    if not more:
                        break
                    data += more
            if bug == "ignores-empty-line" and data == b"\n":
                continue
            if bug == "leaks-memory" and first:
                kept.append(bytearray(64 << 10))
            if bug == "leaks-descriptors" and first:
                kept.append(open("/dev/null"))
            conn.sendall(answer(data))
            first = False
            if bug == "answers-only-first-read":
                break
        if bug == "never-closes":
            time.sleep(1000)
    except OSError:
        if bug == "crashes-on-reset":
            os._exit(1)
    finally:
        conn.close()


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((host, port + 1 if bug == "binds-wrong-port" else port))
listener.listen(64)
while True:
    conn, _ = listener.accept()
    if bug in ("blocks-on-idle-client", "closes-after-first-client"):
        attend(conn)
        if bug == "closes-after-first-client":
            break
        continue
    threading.Thread(target=attend, args=(conn,), daemon=True).start()
