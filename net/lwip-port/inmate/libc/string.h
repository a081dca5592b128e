/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <string.h> in an inmate: C11 7.24 without locales, and some of POSIX.
 */
#ifndef LWIP_PORT_LIBC_STRING_H
#define LWIP_PORT_LIBC_STRING_H

#include <inmate/string.h>
#include <strings.h>

char *strcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t size);
char *strcat(char *restrict to, const char *restrict from);
char *strncat(char *restrict to, const char *restrict from, size_t size);
size_t strspn(const char *string, const char *set);
size_t strcspn(const char *string, const char *set);
char *strpbrk(const char *string, const char *set);
char *strtok_r(char *restrict string, const char *restrict separators, char **restrict rest);
char *strtok(char *restrict string, const char *restrict separators);

/* From the heap; NULL if there is no memory. */
char *strdup(const char *string);
char *strndup(const char *string, size_t size);

char *strerror(int number);

#endif /* LWIP_PORT_LIBC_STRING_H */
