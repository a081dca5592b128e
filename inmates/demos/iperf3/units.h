/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Amounts as people write and read them: 10M, 1.09 GBytes, 6.31 Gbits.
 */
#ifndef IPERF3_UNITS_H
#define IPERF3_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a K is */
#define UNITS_BINARY  1024
#define UNITS_DECIMAL 1000

/*
 * Reads a number, maybe with a fraction, that may end with K, M, G or T in either case. Returns
 * false if @text is something else or too large for 63 bits.
 */
bool parse_amount(const char *text, unsigned int kilo, uint64_t *value);

/* The same for a plain number with a fraction, in millionths. */
bool parse_millionths(const char *text, uint64_t *value);

/* Enough for any result of the functions below */
#define UNITS_SIZE 40

/* @value, rounded, with that many decimals (at most 6). Needs no floating-point printf. */
const char *format_fixed(char text[UNITS_SIZE], double value, unsigned int decimals);

/*
 * @bytes as Bytes, or as bits, with three or four digits. @unit is one of kmgt (bits of that
 * size), KMGT (bytes of that size), a (bits) or A (bytes) of the size that suits.
 */
const char *format_amount(char text[UNITS_SIZE], double bytes, char unit);

/* @part of @whole in per cent, with two digits. */
const char *format_percent(char text[UNITS_SIZE], uint64_t part, uint64_t whole);

#endif /* IPERF3_UNITS_H */
