"""An iterative TCP server that greets each client and closes. Prints its port
first."""

import socket

with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        conn, _ = listener.accept()
        with conn:
            conn.sendall(b"Hello, client!\n")
