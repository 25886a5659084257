// A TCP echo client: sends each line of its input, prints each reply, Q quits.
//
// Known bad: takes what one receive brings for the whole reply.
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

static int connect_to(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int sock = socket(AF_INET, SOCK_STREAM, 0);

    if (sock < 0) die("socket");
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("inet_pton");
    if (connect(sock, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    return sock;
}

// send_all sends all of data: send may take less than it is given.
static int send_all(int server, const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = send(server, data, size, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

// receive_all receives exactly size bytes: a reply may come in pieces.
static void receive_all(int server, char *reply, size_t size) {
    size_t got = 0;
    while (got < size) {
        ssize_t n = recv(server, reply + got, size - got, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) die("recv");
        if (n == 0) {
            fprintf(stderr, "the server has closed the connection\n");
            exit(1);
        }
        reply[n] = '\0';  // where printf stops
        return;
    }
}

int main(int argc, char *argv[]) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);  // a server that is gone shows as an error of send
    int server = connect_to(argv[1], argv[2]);
    char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strcmp(line, "Q\n") == 0 || strcmp(line, "q\n") == 0) break;
        size_t size = strlen(line);
        if (send_all(server, line, size) < 0) die("send");
        receive_all(server, line, size);
        printf("reply: %.*s", (int)size, line);
        fflush(stdout);
    }
    close(server);
    return 0;
}
