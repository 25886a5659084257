/* An iterative TCP echo server: one client at a time, 1,024 bytes a read,
 * five clients in all. Prints its port first. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *step)
{
	perror(step);
	exit(1);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof addr;
	char buf[1024];
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0)
		die("socket");
	if (bind(listener, (struct sockaddr *)&addr, len) < 0)
		die("bind");
	if (listen(listener, 5) < 0)
		die("listen");
	if (getsockname(listener, (struct sockaddr *)&addr, &len) < 0)
		die("getsockname");
	printf("%d\n", ntohs(addr.sin_port));
	fflush(stdout);

	for (int clients = 0; clients < 5; clients++) {
		int conn = accept(listener, NULL, NULL);
		ssize_t n;

		if (conn < 0)
			die("accept");
		while ((n = read(conn, buf, sizeof buf)) > 0)
			for (ssize_t out = 0, w; out < n; out += w)
				if ((w = write(conn, buf + out, n - out)) <= 0)
					die("write");
		close(conn);
	}
	close(listener);
	return 0;
}
