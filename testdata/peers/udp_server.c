/* A UDP echo server: answers each datagram, at most 512 bytes of it. Prints
 * its port first. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void die(const char *step)
{
	perror(step);
	exit(1);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof addr;
	char buf[512];
	int sock = socket(AF_INET, SOCK_DGRAM, 0);

	if (sock < 0)
		die("socket");
	if (bind(sock, (struct sockaddr *)&addr, len) < 0)
		die("bind");
	if (getsockname(sock, (struct sockaddr *)&addr, &len) < 0)
		die("getsockname");
	printf("%d\n", ntohs(addr.sin_port));
	fflush(stdout);

	for (;;) {
		struct sockaddr_in client;
		socklen_t clen = sizeof client;
		ssize_t n = recvfrom(sock, buf, sizeof buf, 0, (struct sockaddr *)&client, &clen);

		if (n < 0)
			die("recvfrom");
		if (sendto(sock, buf, n, 0, (struct sockaddr *)&client, clen) != n)
			die("sendto");
	}
}
