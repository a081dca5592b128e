/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <stdlib.h> in an inmate.
 */
#ifndef LWIP_PORT_LIBC_STDLIB_H
#define LWIP_PORT_LIBC_STDLIB_H

#include <inmate/heap.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

#define RAND_MAX 0x7fffffff

/*
 * exit() closes all sockets, waits some seconds for what was sent to arrive, and ends the inmate:
 * its cell is "shut down", or "failed" if @status is not 0. _exit() and abort() do not wait;
 * abort() always fails. Any thread.
 */
void __attribute__((noreturn)) exit(int status);
void __attribute__((noreturn)) abort(void);

/* C11 7.22.1; numbers that do not fit become the largest, or smallest, that does. */
int atoi(const char *text);
long atol(const char *text);
double atof(const char *text);
long strtol(const char *restrict text, char **restrict end, int base);
unsigned long strtoul(const char *restrict text, char **restrict end, int base);
long long strtoll(const char *restrict text, char **restrict end, int base);
unsigned long long strtoull(const char *restrict text, char **restrict end, int base);
/* Decimal only. The result may be the double next to the nearest one. */
double strtod(const char *restrict text, char **restrict end);

/* There is no way to seed them: they cannot be repeated. */
int rand(void);
long random(void);

/* There is no environment: NULL. */
char *getenv(const char *name);

static inline int abs(int value)
{
	return value < 0 ? -value : value;
}

static inline long labs(long value)
{
	return value < 0 ? -value : value;
}

/* By heap sort. */
void qsort(void *array, size_t number, size_t size,
	   int (*compare)(const void *left, const void *right));
void *bsearch(const void *key, const void *array, size_t number, size_t size,
	      int (*compare)(const void *key, const void *element));

#endif /* LWIP_PORT_LIBC_STDLIB_H */
