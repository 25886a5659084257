/* A TCP client: sends each line of its input, at most 512 bytes with the
 * closing NUL, and waits for as many bytes back. Prints what came.
 * Usage: waitall_client PORT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *step)
{
	perror(step);
	exit(1);
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char buf[512];
	int conn = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 2)
		return 2;
	addr.sin_port = htons(atoi(argv[1]));
	if (conn < 0 || connect(conn, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	while (fgets(buf, sizeof buf, stdin)) {
		buf[strcspn(buf, "\n")] = 0;
		ssize_t len = strlen(buf) + 1;

		if (send(conn, buf, len, 0) != len)
			die("send");
		memset(buf, 0, sizeof buf);
		if (recv(conn, buf, len, MSG_WAITALL) != len)
			die("recv");
		printf("%zd bytes: %s\n", len, buf);
		fflush(stdout);
	}
	close(conn);
	return 0;
}
