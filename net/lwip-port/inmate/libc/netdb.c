// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * <netdb.h>: an address as text.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>

const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

/* Address and port in @address; NULL if it is none. */
static const void *look_into(const struct sockaddr *address, socklen_t size, u16_t *port)
{
	const struct sockaddr_in6 *in6 = (const void *)address;
	const struct sockaddr_in *in = (const void *)address;

	if (size >= sizeof(*in) && address->sa_family == AF_INET) {
		*port = ntohs(in->sin_port);
		return &in->sin_addr;
	}
	if (size >= sizeof(*in6) && address->sa_family == AF_INET6) {
		*port = ntohs(in6->sin6_port);
		return &in6->sin6_addr;
	}
	return NULL;
}

int getnameinfo(const struct sockaddr *address, socklen_t address_size, char *host,
		socklen_t host_size, char *service, socklen_t service_size, int flags)
{
	const void *binary;
	u16_t port;

	binary = look_into(address, address_size, &port);
	if (!binary)
		return EAI_FAMILY;
	if (flags & NI_NAMEREQD)
		return EAI_NONAME;
	if (host && host_size && !inet_ntop(address->sa_family, binary, host, host_size))
		return EAI_OVERFLOW;
	if (service && service_size &&
	    (socklen_t)snprintf(service, service_size, "%u", port) >= service_size)
		return EAI_OVERFLOW;
	return 0;
}
