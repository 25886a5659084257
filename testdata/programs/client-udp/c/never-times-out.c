// A UDP echo client: sends each line, waits for its reply for a second, Q quits.
//
// Known bad: waits for a lost reply forever.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
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

enum { PATIENCE = 1000 };  // milliseconds

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

// receive waits for the echo of line. Whatever else comes is the late echo of
// an earlier one. It returns 0 if none came in time.
static int receive(int sock, const char *line, size_t size) {
    static char reply[65535];
    long deadline = now() + PATIENCE;
    for (;;) {
        struct pollfd wait = {.fd = sock, .events = POLLIN};
        long left = deadline - now();
        if (left <= 0) left = -1;  // forever, for poll
        if (poll(&wait, 1, (int)left) <= 0) continue;
        ssize_t n = recv(sock, reply, sizeof reply, 0);
        if (n < 0) continue;
        if ((size_t)n == size && memcmp(reply, line, size) == 0) return 1;
    }
}

int main(int argc, char *argv[]) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2]))};
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    char line[4096];
    if (sock < 0) die("socket");
    if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) die("inet_pton");
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t size = strcspn(line, "\n");
        line[size] = '\0';
        if (strcmp(line, "Q") == 0 || strcmp(line, "q") == 0) break;
        if (sendto(sock, line, size, 0, (struct sockaddr *)&server, sizeof server) < 0) die("sendto");
        if (receive(sock, line, size)) {
            printf("reply: %s\n", line);
        } else {
            printf("no reply\n");
        }
        fflush(stdout);
    }
    close(sock);
    return 0;
}
