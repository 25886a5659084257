// {{.Title}}.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void die(const char *step) {
    perror(step);
    exit(1);
}

int main(int argc, char *argv[]) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) die("inet_pton");

    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0) die("socket");
    if (bind(sock, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    for (;;) {
        char buffer[1024];
        struct sockaddr_in client;
        socklen_t length = sizeof client;
        ssize_t n = recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&client, &length);
        if (n < 0) die("recvfrom");
        fprintf(stderr, "a datagram of %zd bytes from port %d\n", n, ntohs(client.sin_port));
{{- range .Todo}}
        // TODO: {{.}}
{{- end}}
    }
}
