/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Parameters of the inmate, from the string that was loaded to address 1000h: words of the form
 * name=value or just name, separated by spaces. A value with spaces goes into double quotes,
 * name="a b". The last of several words of a name counts.
 */
#ifndef INMATE_CMDLINE_H
#define INMATE_CMDLINE_H

#include <jailhouse/types.h>

/* The whole string, at most 4095 characters. */
const char *cmdline(void);

/*
 * Copies the value of parameter @name, cut to @size - 1 characters, or @default_value if there is
 * no such parameter. Returns @buffer, or NULL if neither is there (@default_value may be NULL).
 */
const char *cmdline_parse_str(const char *name, char *buffer, size_t size,
			      const char *default_value);

/*
 * The value of parameter @name as a number: decimal or, with 0x, hexadecimal, and maybe followed by
 * K, M or G (2^10, 2^20, 2^30). @default_value if there is no such parameter or it is not a number.
 */
s64 cmdline_parse_int(const char *name, s64 default_value);

/*
 * 1, y, yes, on, true and the name alone are true; 0, n, no, off and false are false.
 * @default_value if there is no such parameter or it is something else.
 */
bool cmdline_parse_bool(const char *name, bool default_value);

#endif /* INMATE_CMDLINE_H */
