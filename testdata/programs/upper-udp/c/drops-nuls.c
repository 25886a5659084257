// A UDP server that answers each datagram in capital letters.
//
// Known bad: takes a message for a C string and stops at the first NUL.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *step) {
    perror(step);
    exit(1);
}

static int bind_to(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int sock = socket(AF_INET, SOCK_DGRAM, 0);

    if (sock < 0) die("socket");
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("inet_pton");
    if (bind(sock, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    return sock;
}

// upper changes the letters a to z, and no other byte.
static void upper(char *message, ssize_t size) {
    for (ssize_t i = 0; i < size; i++) {
        if (message[i] >= 'a' && message[i] <= 'z') message[i] -= 'a' - 'A';
    }
}

static char buffer[65535];  // holds the largest datagram

int main(int argc, char *argv[]) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    int sock = bind_to(argv[1], argv[2]);
    for (;;) {
        struct sockaddr_in client;
        socklen_t length = sizeof client;
        ssize_t n = recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&client, &length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) die("recvfrom");
        upper(buffer, n);
        n = (ssize_t)strnlen(buffer, (size_t)n);
        if (sendto(sock, buffer, (size_t)n, 0, (struct sockaddr *)&client, length) < 0) perror("sendto");
    }
}
