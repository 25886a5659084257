// A file over UDP, one datagram at a time (stop and wait).
//
//     good sender HOST PORT < file
//     good receiver HOST PORT > file
//
// A datagram is a number of four bytes and up to 1,000 bytes of the file; one
// without any is the end. An acknowledgement is the number alone.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void die(const char *step) {
    perror(step);
    exit(1);
}

enum {
    HEADER = 4,
    SIZE = 1000,    // bytes of the file in a datagram
    TIMEOUT = 120,  // milliseconds until a datagram is sent again
    TRIES = 80,     // until the other side counts as gone
    LINGER = 1000,  // milliseconds that the receiver stays for repetitions of the end
};

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

// acknowledged waits for the acknowledgement of one number.
static int acknowledged(int sock, uint32_t number) {
    long deadline = now() + TIMEOUT;
    for (;;) {
        struct pollfd wait = {.fd = sock, .events = POLLIN};
        uint32_t ack;
        long left = deadline - now();
        if (left <= 0) return 0;
        if (poll(&wait, 1, (int)left) <= 0) continue;
        if (recv(sock, &ack, sizeof ack, 0) == HEADER && ntohl(ack) == number) return 1;
    }
}

static void send_file(int sock, const struct sockaddr_in *receiver) {
    char datagram[HEADER + SIZE];
    size_t size = SIZE;
    for (uint32_t number = 0; size > 0; number++) {
        uint32_t header = htonl(number);
        int tries = 0;
        size = fread(datagram + HEADER, 1, SIZE, stdin);
        memcpy(datagram, &header, HEADER);
        do {
            if (++tries > TRIES) {
                fprintf(stderr, "datagram %u: no acknowledgement\n", number);
                exit(1);
            }
            sendto(sock, datagram, HEADER + size, 0, (const struct sockaddr *)receiver, sizeof *receiver);
        } while (!acknowledged(sock, number));
    }
}

static void receive_file(int sock) {
    char datagram[65535];
    struct pollfd wait = {.fd = sock, .events = POLLIN};
    uint32_t expected = 0;
    int patience = -1;
    while (poll(&wait, 1, patience) != 0) {
        struct sockaddr_in sender;
        socklen_t length = sizeof sender;
        ssize_t n = recvfrom(sock, datagram, sizeof datagram, 0, (struct sockaddr *)&sender, &length);
        uint32_t number;
        if (n < HEADER) continue;
        memcpy(&number, datagram, HEADER);
        number = ntohl(number);
        if (number == expected) {
            fwrite(datagram + HEADER, 1, (size_t)n - HEADER, stdout);
            fflush(stdout);
            expected++;
            if (n == HEADER) patience = LINGER;
        }
        if (number < expected) sendto(sock, datagram, HEADER, 0, (struct sockaddr *)&sender, length);
    }
}

int main(int argc, char *argv[]) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s sender|receiver HOST PORT\n", argv[0]);
        return 2;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[3]))};
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0) die("socket");
    if (inet_pton(AF_INET, argv[2], &address.sin_addr) != 1) die("inet_pton");
    if (strcmp(argv[1], "sender") == 0) {
        send_file(sock, &address);
        return 0;
    }
    if (bind(sock, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    receive_file(sock);
    return 0;
}
