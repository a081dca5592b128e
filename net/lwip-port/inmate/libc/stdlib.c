// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * <stdlib.h>: numbers, sorting.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libc.h"
#include "lwip-port.h"

static long long read_signed(const char *text, char **end, int base)
{
	bool negative, overflow;
	const char *behind;
	unsigned long long value = libc_read_integer(text, SIZE_MAX, base, &behind, &negative,
						     &overflow);

	if (end)
		*end = (char *)behind;
	if (overflow || value > (unsigned long long)LLONG_MAX + negative) {
		errno = ERANGE;
		return negative ? LLONG_MIN : LLONG_MAX;
	}
	return (long long)(negative ? -value : value);
}

static unsigned long long read_unsigned(const char *text, char **end, int base)
{
	bool negative, overflow;
	const char *behind;
	unsigned long long value = libc_read_integer(text, SIZE_MAX, base, &behind, &negative,
						     &overflow);

	if (end)
		*end = (char *)behind;
	if (overflow) {
		errno = ERANGE;
		return ULLONG_MAX;
	}
	return negative ? -value : value;
}

long long strtoll(const char *restrict text, char **restrict end, int base)
{
	return read_signed(text, end, base);
}

/* long is as long. */
long strtol(const char *restrict text, char **restrict end, int base)
{
	return read_signed(text, end, base);
}

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
	return read_unsigned(text, end, base);
}

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
	return read_unsigned(text, end, base);
}

long atol(const char *text)
{
	return strtol(text, NULL, 10);
}

int atoi(const char *text)
{
	long value = atol(text);

	if (value > INT_MAX)
		return INT_MAX;
	return value < INT_MIN ? INT_MIN : (int)value;
}

int rand(void)
{
	return (int)(lwip_port_random() & RAND_MAX);
}

long random(void)
{
	return rand();
}

char *getenv(const char *name)
{
	(void)name;
	return NULL;
}

/* --------------------------------------------------------------------------------- sorting */

struct array {
	char *first;
	size_t size;
	int (*compare)(const void *left, const void *right);
};

static void swap(const struct array *array, size_t a, size_t b)
{
	char *left = array->first + a * array->size, *right = array->first + b * array->size;
	size_t n;

	for (n = 0; n < array->size; n++) {
		char c = left[n];

		left[n] = right[n];
		right[n] = c;
	}
}

static bool less(const struct array *array, size_t a, size_t b)
{
	return array->compare(array->first + a * array->size, array->first + b * array->size) < 0;
}

/* Moves element @n of a heap of @number down to where it belongs. */
static void sift_down(const struct array *array, size_t n, size_t number)
{
	size_t child;

	while (n < number / 2) {
		child = 2 * n + 1;
		if (child + 1 < number && less(array, child, child + 1))
			child++;
		if (!less(array, n, child))
			return;
		swap(array, n, child);
		n = child;
	}
}

void qsort(void *first, size_t number, size_t size,
	   int (*compare)(const void *left, const void *right))
{
	const struct array array = { first, size, compare };
	size_t n;

	for (n = number / 2; n > 0; n--)
		sift_down(&array, n - 1, number);
	for (n = number; n > 1; n--) {
		swap(&array, 0, n - 1);
		sift_down(&array, 0, n - 1);
	}
}

void *bsearch(const void *key, const void *array, size_t number, size_t size,
	      int (*compare)(const void *key, const void *element))
{
	const char *first = array;

	while (number) {
		const char *middle = first + number / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			first = middle + size;
			number--;
		}
		number /= 2;
	}
	return NULL;
}
