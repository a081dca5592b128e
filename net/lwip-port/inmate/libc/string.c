// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * <string.h>, <strings.h>: what the inmate library does not have.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *strncpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t i = 0;

	for (; i < size && from[i]; i++)
		to[i] = from[i];
	for (; i < size; i++)
		to[i] = '\0';
	return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t size)
{
	size_t old = strlen(to), length = strnlen(from, size);

	memcpy(to + old, from, length);
	to[old + length] = '\0';
	return to;
}

static bool is_in(char c, const char *set)
{
	return c && strchr(set, c);
}

size_t strspn(const char *string, const char *set)
{
	size_t length = 0;

	while (is_in(string[length], set))
		length++;
	return length;
}

size_t strcspn(const char *string, const char *set)
{
	size_t length = 0;

	while (string[length] && !is_in(string[length], set))
		length++;
	return length;
}

char *strpbrk(const char *string, const char *set)
{
	string += strcspn(string, set);
	return *string ? (char *)string : NULL;
}

char *strtok_r(char *restrict string, const char *restrict separators, char **restrict rest)
{
	char *end;

	if (!string)
		string = *rest;
	string += strspn(string, separators);
	end = string + strcspn(string, separators);
	*rest = *end ? end + 1 : end;
	if (end == string)
		return NULL;
	*end = '\0';
	return string;
}

char *strtok(char *restrict string, const char *restrict separators)
{
	static char empty[1], *rest = empty;

	return strtok_r(string, separators, &rest);
}

char *strndup(const char *string, size_t size)
{
	size_t length = strnlen(string, size);
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	copy[length] = '\0';
	return memcpy(copy, string, length);
}

char *strdup(const char *string)
{
	return strndup(string, SIZE_MAX - 1);
}

int strncasecmp(const char *a, const char *b, size_t size)
{
	for (; size; size--, a++, b++) {
		int left = tolower((unsigned char)*a), right = tolower((unsigned char)*b);

		if (left != right || !left)
			return left - right;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}
