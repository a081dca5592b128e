/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The grammar of the parameter string, apart from where the string is.
 */
#ifndef INMATE_LIB_WORDS_H
#define INMATE_LIB_WORDS_H

#include <jailhouse/types.h>

struct word_value {
	/* NULL: the word has no "=" */
	const char *start;
	size_t length;
};

/* Finds the last word called @name in @text. Returns false if there is none. */
bool words_find(const char *text, const char *name, struct word_value *value);

/* A number with sign, 0x and K, M or G. Returns false if it is none or does not fit 64 bits. */
bool words_number(const struct word_value *value, s64 *number);

/* Yes or no. Returns false if it is neither. */
bool words_bool(const struct word_value *value, bool *yes);

#endif /* INMATE_LIB_WORDS_H */
