/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Memory and strings. The compiler calls the first four by itself.
 */
#include <inmate/string.h>

#include <stdint.h>

#include <jailhouse/types.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	void *start = to;
	size_t words = size / 8;

	asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	size %= 8;
	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
	return start;
}

static void copy_backwards(char *to, const char *from, size_t size)
{
	to += size - 1;
	from += size - 1;
	asm volatile("std; rep movsb; cld" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

void *memmove(void *to, const void *from, size_t size)
{
	if ((u64)to - (u64)from >= size)
		return memcpy(to, from, size);
	copy_backwards(to, from, size);
	return to;
}

void *memset(void *memory, int byte, size_t size)
{
	void *start = memory;
	size_t words = size / 8;
	u64 pattern = 0x0101010101010101ULL * (u8)byte;

	asm volatile("rep stosq" : "+D"(memory), "+c"(words) : "a"(pattern) : "memory");
	size %= 8;
	asm volatile("rep stosb" : "+D"(memory), "+c"(size) : "a"(pattern) : "memory");
	return start;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const u8 *left = a, *right = b;

	for (; size; size--, left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}

void *memchr(const void *memory, int byte, size_t size)
{
	const u8 *p;

	for (p = memory; size; size--, p++)
		if (*p == (u8)byte)
			return (void *)p;
	return NULL;
}

size_t strnlen(const char *string, size_t max)
{
	size_t length = 0;

	while (length < max && string[length])
		length++;
	return length;
}

size_t strlen(const char *string)
{
	return strnlen(string, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (; max; max--, a++, b++)
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *string, int c)
{
	for (; *string != (char)c; string++)
		if (!*string)
			return NULL;
	return (char *)string;
}

char *strrchr(const char *string, int c)
{
	const char *last = NULL;

	do {
		if (*string == (char)c)
			last = string;
	} while (*string++);
	return (char *)last;
}

char *strstr(const char *string, const char *part)
{
	size_t length = strlen(part);

	for (; strncmp(string, part, length) != 0; string++)
		if (!*string)
			return NULL;
	return (char *)string;
}
