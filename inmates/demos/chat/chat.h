/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Both sides of the chat.
 *
 * A client sends lines. The first one is its name; the others go to everybody else as "<name> line".
 * Lines of the server itself begin with "* ". A line that begins with "/" is a command: /who, /quit.
 */
#ifndef CHAT_H
#define CHAT_H

#define CHAT_PORT        "5555"
#define CHAT_MEMBERS     32
#define CHAT_PATIENCE_MS 1000

struct server_options {
	const char *port;
	int members;     /* CHAT_MEMBERS at most */
	int patience_ms; /* how long a member may keep the others waiting */
};

/* Serves until something fails; returns main()'s result. */
int server_run(const struct server_options *options);

/*
 * Joins the chat of the server at @address as @name, and says the lines of @lines up to NULL; comes
 * again if the connection is lost. Returns main()'s result when it is told to go.
 */
int client_run(const char *address, const char *port, const char *name, char **lines);

#endif /* CHAT_H */
