"""A TCP server with a thread for each client that answers with the letters a
to z in upper case. Prints its port first."""

import socket
import threading


def attend(conn):
    with conn:
        while data := conn.recv(1024):
            conn.sendall(data.upper())


with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=attend, args=(listener.accept()[0],), daemon=True).start()
