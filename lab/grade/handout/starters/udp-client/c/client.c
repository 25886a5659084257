// {{.Title}}.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *step) {
    perror(step);
    exit(1);
}

int main(int argc, char *argv[]) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) die("inet_pton");

    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0) die("socket");
    char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        fprintf(stderr, "read %zu bytes for port %d\n", strlen(line), ntohs(server.sin_port));
{{- range .Todo}}
        // TODO: {{.}}
{{- end}}
    }
    close(sock);
    return 0;
}
