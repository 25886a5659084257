// A TCP echo server: one client after the other, each until it closes.
//
// Known bad: takes a message for a C string and stops at the first NUL.
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *step) {
    perror(step);
    exit(1);
}

static int listen_on(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

    if (listener < 0) die("socket");
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("inet_pton");
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0) die("setsockopt");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    if (listen(listener, 128) < 0) die("listen");
    return listener;
}

// send_all sends all of data: send may take less than it is given.
static int send_all(int client, const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = send(client, data, size, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

static void serve(int client) {
    char buffer[4096];
    for (;;) {
        ssize_t n = recv(client, buffer, sizeof buffer, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            perror("recv");
            return;
        }
        if (n == 0) return;
        if (send_all(client, buffer, strnlen(buffer, (size_t)n)) < 0) {
            perror("send");
            return;
        }
    }
}

int main(int argc, char *argv[]) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);  // a client that is gone shows as an error of send
    int listener = listen_on(argv[1], argv[2]);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            die("accept");
        }
        serve(client);
        close(client);
    }
}
