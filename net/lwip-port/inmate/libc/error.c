// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What errors are called: strerror, perror, gai_strerror, assert.
 */
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include <inmate/inmate.h>

struct name {
	int number;
	const char *text;
};

/* Those that lwIP and the library give. */
static const struct name errors[] = {
	{ 0, "Success" },
	{ EPERM, "Operation not permitted" },
	{ ENOENT, "No such entry" },
	{ EINTR, "Interrupted" },
	{ EIO, "Input/output error" },
	{ EBADF, "Bad file descriptor" },
	{ EAGAIN, "Resource temporarily unavailable" },
	{ ENOMEM, "Cannot allocate memory" },
	{ EFAULT, "Bad address" },
	{ EBUSY, "Busy" },
	{ EEXIST, "Exists already" },
	{ ENODEV, "No such device" },
	{ EINVAL, "Invalid argument" },
	{ ENFILE, "Too many open sockets" },
	{ EMFILE, "Too many open sockets" },
	{ EPIPE, "Broken pipe" },
	{ ERANGE, "Result out of range" },
	{ EDEADLK, "Deadlock" },
	{ ENOSYS, "Not implemented" },
	{ EPROTO, "Protocol error" },
	{ EOVERFLOW, "Value too large" },
	{ EMSGSIZE, "Message too long" },
	{ EPROTOTYPE, "Wrong protocol for the socket's type" },
	{ ENOPROTOOPT, "No such option of the protocol" },
	{ EPROTONOSUPPORT, "Protocol not supported" },
	{ EOPNOTSUPP, "Operation not supported" },
	{ EAFNOSUPPORT, "Address family not supported" },
	{ EADDRINUSE, "Address already in use" },
	{ EADDRNOTAVAIL, "Address not available" },
	{ ENETDOWN, "Network is down" },
	{ ENETUNREACH, "Network is unreachable" },
	{ ECONNABORTED, "Connection aborted" },
	{ ECONNRESET, "Connection reset by peer" },
	{ ENOBUFS, "No buffer space available" },
	{ EISCONN, "Connected already" },
	{ ENOTCONN, "Not connected" },
	{ ETIMEDOUT, "Timed out" },
	{ ECONNREFUSED, "Connection refused" },
	{ EHOSTUNREACH, "No route to host" },
	{ EALREADY, "In progress already" },
	{ EINPROGRESS, "In progress" },
};

static const struct name lookup_errors[] = {
	{ 0, "Success" },
	{ EAI_NONAME, "Name or service not known" },
	{ EAI_SERVICE, "Not a number of a service" },
	{ EAI_FAIL, "Name cannot be resolved" },
	{ EAI_MEMORY, "No memory" },
	{ EAI_FAMILY, "Address family not supported" },
	{ EAI_OVERFLOW, "Buffer too small" },
};

static const char *find(const struct name *names, size_t count, int number)
{
	size_t n;

	for (n = 0; n < count; n++)
		if (names[n].number == number)
			return names[n].text;
	return "Unknown error";
}

char *strerror(int number)
{
	return (char *)find(errors, ARRAY_SIZE(errors), number);
}

const char *gai_strerror(int code)
{
	return find(lookup_errors, ARRAY_SIZE(lookup_errors), code);
}

void perror(const char *what)
{
	const char *text = strerror(errno);

	if (what && *what)
		printf("%s: %s\n", what, text);
	else
		puts(text);
}

void lwip_port_assert(const char *condition, const char *file, int line)
{
	panic("assertion failed: %s (%s:%d)", condition, file, line);
}
