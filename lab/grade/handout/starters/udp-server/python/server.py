"""{{.Title}}."""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, port))
        while True:
            data, client = sock.recvfrom(1024)
            print("a datagram of", len(data), "bytes from", client, file=sys.stderr)
{{- range .Todo}}
            # TODO: {{.}}
{{- end}}


main()
