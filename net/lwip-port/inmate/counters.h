/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What is counted, as pairs of a name and a value, for pages to show: a link's counters, and those
 * of any structure whose fields are listed.
 */
#ifndef LWIP_PORT_COUNTERS_H
#define LWIP_PORT_COUNTERS_H

#include <stddef.h>

#include <jailhouse/types.h>

/* Called for each counter of a group. */
typedef void (*counter_visitor)(void *arg, const char *name, u64 value);

/* A field of a structure, of 64 bits, and what it is called. */
struct counter_field {
	const char *name;
	size_t offset;
};

#define COUNTER_FIELD(structure, member)                    \
	{                                                   \
#member, offsetof(struct structure, member) \
	}

void counters_visit(const void *structure, const struct counter_field *fields, size_t number,
		    counter_visitor visit, void *arg);

/* All that link @link has counted; lwIP's core context. */
void counters_of_link(unsigned int link, counter_visitor visit, void *arg);

/* What lwIP counts for the interface of link @link; IP, ICMP, UDP and TCP. Likewise. */
void counters_of_interface(unsigned int link, counter_visitor visit, void *arg);
void counters_of_stack(counter_visitor visit, void *arg);

/* The heap, in bytes. Any thread. */
void counters_of_memory(counter_visitor visit, void *arg);

#endif /* LWIP_PORT_COUNTERS_H */
