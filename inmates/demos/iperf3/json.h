/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reading JSON that the other side has sent: all of it may be absent, of another type or out of
 * range.
 */
#ifndef IPERF3_JSON_H
#define IPERF3_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <cJSON.h>

/*
 * The number @name of @object, cut to an integer; @absent if there is none. What is no number or
 * not from @min to @max makes *@good false and reads as @absent; else *@good stays.
 */
int64_t json_integer(const cJSON *object, const char *name, int64_t min, int64_t max,
		     int64_t absent, bool *good);

/* As above for what need not be whole. */
double json_real(const cJSON *object, const char *name, double min, double max, double absent,
		 bool *good);

/* true, or a number other than 0 */
bool json_flag(const cJSON *object, const char *name);

/* NULL if there is no such string. */
const char *json_text(const cJSON *object, const char *name);

/* Adds an integer, exactly up to 2^53. Like all of cJSON, leaves it out where there is no memory. */
void json_add_integer(cJSON *object, const char *name, uint64_t value);

#endif /* IPERF3_JSON_H */
