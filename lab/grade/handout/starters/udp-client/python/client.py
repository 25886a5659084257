"""{{.Title}}."""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    print("the server is at", host, port, file=sys.stderr)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
        for line in sys.stdin.buffer:
            print("read", len(line), "bytes", file=sys.stderr)
{{- range .Todo}}
            # TODO: {{.}}
{{- end}}


main()
