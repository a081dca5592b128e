/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A TCP server that greets, and then sends back what it is sent: hello-socket [PORT] */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void serve(int client)
{
	static const char greeting[] = "Hello from the cell!\n";
	char data[4096];
	ssize_t length;

	send(client, greeting, strlen(greeting), 0);
	while ((length = recv(client, data, sizeof(data), 0)) > 0)
		send(client, data, (size_t)length, 0);
	printf("hello-socket: a client has left\n");
	close(client);
}

int main(int argc, char *argv[])
{
	int port = argc > 1 ? atoi(argv[1]) : 7000, server, client;
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	server = socket(AF_INET6, SOCK_STREAM, 0);
	if (server < 0 || bind(server, (struct sockaddr *)&any, sizeof(any)) || listen(server, 5)) {
		perror("hello-socket");
		return EXIT_FAILURE;
	}
	printf("hello-socket: listening at port %d\n", port);
	while ((client = accept(server, NULL, NULL)) >= 0)
		serve(client);
	perror("hello-socket: accept");
	return EXIT_FAILURE;
}
