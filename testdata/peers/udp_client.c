/* A UDP client: sends each line of its input with the closing NUL as one
 * datagram and waits up to ten seconds for the answer. Prints what came.
 * Usage: udp_client PORT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void die(const char *step)
{
	perror(step);
	exit(1);
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = 10};
	char buf[512];
	int sock = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 2)
		return 2;
	addr.sin_port = htons(atoi(argv[1]));
	if (sock < 0 || connect(sock, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
		die("setsockopt");
	while (fgets(buf, sizeof buf, stdin)) {
		buf[strcspn(buf, "\n")] = 0;
		ssize_t len = strlen(buf) + 1;

		if (send(sock, buf, len, 0) != len)
			die("send");
		memset(buf, 0, sizeof buf);
		if (recv(sock, buf, sizeof buf, 0) != len)
			die("recv");
		printf("%zd bytes: %s\n", len, buf);
		fflush(stdout);
	}
	close(sock);
	return 0;
}
