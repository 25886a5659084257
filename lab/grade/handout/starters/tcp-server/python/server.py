"""{{.Title}}."""

import socket
import sys


def serve(conn):
{{- range .Todo}}
    # TODO: {{.}}
{{- end}}
    pass


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    # {{.Say "create_server makes the socket, binds it and listens"}}
    with socket.create_server((host, port), backlog=128) as listener:
        while True:
            conn, address = listener.accept()
            print("a client has come:", address, file=sys.stderr)
            with conn:  # {{.Say "closes it at the end"}}
                serve(conn)


main()
