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
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) die("inet_pton");

    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0) die("socket");
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        fprintf(stderr, "read %zu bytes\n", strlen(line));
{{- range .Todo}}
        // TODO: {{.}}
{{- end}}
    }
    close(server);
    return 0;
}
