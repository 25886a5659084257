"""A TCP server: one client at a time, one read of 1,024 bytes, one echo,
close. Prints its port first."""

import socket

with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        conn, _ = listener.accept()
        with conn:
            conn.sendall(conn.recv(1024))
