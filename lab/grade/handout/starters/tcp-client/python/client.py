"""{{.Title}}."""

import socket
import sys


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    with socket.create_connection((host, port)):
        for line in sys.stdin.buffer:
            print("read", len(line), "bytes", file=sys.stderr)
{{- range .Todo}}
            # TODO: {{.}}
{{- end}}


main()
