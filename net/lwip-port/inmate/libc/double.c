// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * <stdlib.h>: floating-point numbers.
 */
#include <stdlib.h>

#include "libc.h"

double strtod(const char *restrict text, char **restrict end)
{
	const char *behind;
	double value = libc_read_double(text, &behind);

	if (end)
		*end = (char *)behind;
	return value;
}

double atof(const char *text)
{
	return strtod(text, NULL);
}
