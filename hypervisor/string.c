/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and string functions. Simple loops: nothing here is on a path that matters, but clearing
 * pages.
 */
#include "string.h"

void *memcpy(void *dest, const void *src, size_t num)
{
	const char *from = src;
	char *to = dest;

	while (num--)
		*to++ = *from++;
	return dest;
}

void *memset(void *dest, int byte, size_t num)
{
	char *to = dest;

	while (num--)
		*to++ = (char)byte;
	return dest;
}

int memcmp(const void *a, const void *b, size_t num)
{
	const unsigned char *left = a, *right = b;

	for (; num; num--, left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}
