/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Sends each datagram back to where it came from: udp-echo [PORT] */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define PORT         7 /* RFC 862 */
#define DATAGRAM_MAX 65507

static char data[DATAGRAM_MAX];

int main(int argc, char *argv[])
{
	int port = argc > 1 ? atoi(argv[1]) : PORT, fd = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("udp-echo");
		return EXIT_FAILURE;
	}
	printf("udp-echo: listening at port %d\n", port);
	for (;;) {
		socklen_t size = sizeof(address);
		ssize_t length = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&address,
					  &size);

		if (length >= 0)
			sendto(fd, data, (size_t)length, 0, (struct sockaddr *)&address, size);
	}
}
