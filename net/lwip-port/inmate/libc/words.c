// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Arguments of a program out of one string.
 */
#include "libc.h"

/* Moves the word at *@text to the front of itself without its quotes; *@text goes behind it. */
static char *take_word(char **text)
{
	char *word = *text, *to = word, *p = word, quote = '\0';

	for (; *p && (quote || *p != ' '); p++) {
		if (quote ? *p == quote : *p == '\'' || *p == '"') {
			quote = quote ? '\0' : *p;
		} else {
			if (*p == '\\' && quote != '\'' && p[1])
				p++;
			*to++ = *p;
		}
	}
	*text = *p ? p + 1 : p;
	*to = '\0';
	return word;
}

int libc_split_words(char *text, char **words, int max)
{
	int count = 0;

	for (;;) {
		while (*text == ' ')
			text++;
		if (!*text || count == max)
			return count;
		words[count++] = take_word(&text);
	}
}
