/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A text that grows.
 */
#ifndef LWIP_PORT_TEXT_H
#define LWIP_PORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *characters; /* with a NUL; NULL at first */
	size_t length, size;
	bool failed; /* memory ran out: what came then is missing */
};

/* Adds to it, as printf. */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

void text_free(struct text *text);

#endif /* LWIP_PORT_TEXT_H */
