// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of the chat, out of pieces of any size.
 *
 * suite: sockets
 * sources: inmates/demos/chat/line.c
 * flags: -Iinmates/demos/chat
 */
#include "unit.h"

#include "line.h"

#define LINES_MAX 8

static struct {
	char text[LINES_MAX][LINE_SIZE + 1];
	unsigned int number;
} lines;

/* Feeds @data in pieces of @piece bytes. */
static void feed(const char *data, size_t size, size_t piece)
{
	struct line_input input = { .length = 0 };
	const char *line;
	size_t done = 0;

	memset(&lines, 0, sizeof(lines));
	while (done < size) {
		size_t left = size - done;
		size_t taken = line_take(&input, data + done, left < piece ? left : piece, &line);

		assert_true(taken > 0 || line);
		done += taken;
		if (!line)
			continue;
		assert_true(lines.number < LINES_MAX);
		strcpy(lines.text[lines.number++], line);
	}
}

static void pieces_of_any_size_make_the_same_lines(void **state)
{
	static const char data[] = "first\r\n\nthird \xc3\xa4\n\tx\x1b[2J\x7f\x01y\nincomplete";
	size_t piece;

	(void)state;
	for (piece = 1; piece <= sizeof(data); piece++) {
		feed(data, strlen(data), piece);
		assert_int_equal(lines.number, 4);
		assert_string_equal(lines.text[0], "first");
		assert_string_equal(lines.text[1], "");
		assert_string_equal(lines.text[2], "third \xc3\xa4");
		assert_string_equal(lines.text[3], " x[2Jy");
	}
}

static void nul_is_no_text(void **state)
{
	(void)state;
	feed("a\0b\n", 4, 4);
	assert_int_equal(lines.number, 1);
	assert_string_equal(lines.text[0], "ab");
}

static void long_lines_are_cut(void **state)
{
	static const size_t lengths[] = { LINE_SIZE - 1, LINE_SIZE, LINE_SIZE + 1, 3 * LINE_SIZE };
	char data[3 * LINE_SIZE + 1];
	size_t n, m;

	(void)state;
	for (n = 0; n < sizeof(lengths) / sizeof(lengths[0]); n++) {
		size_t total = 0;

		memset(data, 'z', lengths[n]);
		data[lengths[n]] = '\n';
		feed(data, lengths[n] + 1, 7);
		assert_int_equal(lines.number, (lengths[n] + LINE_SIZE - 1) / LINE_SIZE);
		for (m = 0; m < lines.number; m++)
			total += strspn(lines.text[m], "z");
		assert_int_equal(total, lengths[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size_make_the_same_lines),
		cmocka_unit_test(nul_is_no_text),
		cmocka_unit_test(long_lines_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
