// {{.Title}}.
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *step) {
    perror(step);
    exit(1);
}

static void send_file(int sock, const struct sockaddr_in *to) {
    char piece[1000];
    size_t n = fread(piece, 1, sizeof piece, stdin);
    fprintf(stderr, "a first piece of %zu bytes for port %d through socket %d\n", n, ntohs(to->sin_port), sock);
    // TODO: {{.Say "number the pieces, and send them as datagrams"}}
    // TODO: {{.Say "send a datagram again until its acknowledgement comes"}}
    // TODO: {{.Say "send the end, and have it acknowledged"}}
}

static void receive_file(int sock) {
    static char datagram[65535];
    struct pollfd wait = {.fd = sock, .events = POLLIN};
    if (poll(&wait, 1, 3000) != 1) die("nothing came in three seconds");
    fprintf(stderr, "a datagram of %zd bytes\n", recv(sock, datagram, sizeof datagram, 0));
    // TODO: {{.Say "receive until the end, and acknowledge each datagram"}}
    // TODO: {{.Say "write each piece to stdout, in order and once"}}
}

int main(int argc, char *argv[]) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s sender|receiver HOST PORT\n", argv[0]);
        return 2;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[3]))};
    if (inet_pton(AF_INET, argv[2], &address.sin_addr) != 1) die("inet_pton");

    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0) die("socket");
    if (strcmp(argv[1], "sender") == 0) {
        send_file(sock, &address);
    } else {
        if (bind(sock, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
        receive_file(sock);
    }
    close(sock);
    return 0;
}
