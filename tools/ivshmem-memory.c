// SPDX-License-Identifier: GPL-2.0-only
/*
 * ivshmem read, ivshmem write
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ivshmem.h"

#define LENGTH_DEFAULT 256
#define BYTES_IN_LINE  16

/* A range of the shared memory */
struct range {
	uint64_t offset; /* from its start */
	uint64_t size;
	/* Where offsets of the user's start */
	uint64_t base;
};

/* Uses up [SECTION] [OFFSET]; the range goes to the end of the section. Returns an exit code. */
static int parse_place(const struct ivshmem *device, struct args *args, struct range *range)
{
	const struct ivshmem_section *section;
	uint64_t offset = 0;
	int result;

	*range = (struct range){ .size = device->size };
	if (args->count && isalpha((unsigned char)args->words[0][0])) {
		const char *name = args_next(args);

		section = ivshmem_find_section(device, name);
		if (section)
			range->base = section->offset, range->size = section->size;
		else if (strcmp(name, "memory") != 0)
			return complain("%s has no section %s; see ivshmem info", device->info.uio,
					name);
	}
	range->offset = range->base;
	if (!args->count || !isdigit((unsigned char)args->words[0][0]))
		return EXIT_SUCCESS;
	result = parse_number(args, "offset", range->size - 1, &offset);
	range->offset += offset;
	range->size -= offset;
	return result;
}

static void print_line(const uint8_t *bytes, uint64_t offset, size_t num)
{
	printf("%08llx ", (unsigned long long)offset);
	for (size_t i = 0; i < BYTES_IN_LINE; i++) {
		fputs(i == BYTES_IN_LINE / 2 ? "  " : " ", stdout);
		if (i < num)
			printf("%02x", bytes[i]);
		else
			fputs("  ", stdout);
	}
	fputs("  |", stdout);
	for (size_t i = 0; i < num; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	puts("|");
}

static void print_dump(const struct ivshmem *device, const struct range *range)
{
	for (uint64_t done = 0; done < range->size; done += BYTES_IN_LINE) {
		uint64_t rest = range->size - done;
		size_t num = rest < BYTES_IN_LINE ? rest : BYTES_IN_LINE;
		uint8_t bytes[BYTES_IN_LINE];

		/* A peer may change it meanwhile: both columns show the same. */
		ivshmem_copy_from(device, range->offset + done, bytes, num);
		print_line(bytes, range->offset - range->base + done, num);
	}
}

static int print_raw(const struct ivshmem *device, const struct range *range)
{
	uint8_t *bytes = malloc(range->size + 1);
	bool done;

	if (!bytes)
		abort();
	ivshmem_copy_from(device, range->offset, bytes, range->size);
	done = fwrite(bytes, 1, range->size, stdout) == range->size && fflush(stdout) == 0;
	free(bytes);
	return done ? EXIT_SUCCESS : complain("output: %s", strerror(errno));
}

static int read_range(const struct ivshmem *device, struct args *args)
{
	bool raw = false;
	const struct option options[] = { { .name = "--raw", .flag = &raw } };
	uint64_t length = LENGTH_DEFAULT;
	struct range range;
	int result = parse_place(device, args, &range);

	if (result)
		return result;
	if (length > range.size)
		length = range.size;
	if (args->count && isdigit((unsigned char)args->words[0][0]))
		result = parse_number(args, "length", range.size, &length);
	if (!result)
		result = parse_options(args, options, ARRAY_SIZE(options));
	if (result)
		return result;
	range.size = length;
	if (raw)
		return print_raw(device, &range);
	print_dump(device, &range);
	return EXIT_SUCCESS;
}

int ivshmem_command_read(struct args *args)
{
	struct ivshmem device;
	int result = ivshmem_open_next(&device, args);

	if (result)
		return result;
	result = read_range(&device, args);
	ivshmem_close(&device);
	return result;
}

/* What is to be written */
struct data {
	uint8_t *bytes;
	size_t size;
};

static int parse_hex(struct data *data, const char *digits)
{
	size_t length = strlen(digits);
	char pair[3] = "";

	if (length % 2 || digits[strspn(digits, "0123456789abcdefABCDEF")])
		return complain_usage("\"%s\" are no bytes in hexadecimal digits", digits);
	for (data->size = 0; data->size < length / 2; data->size++) {
		memcpy(pair, digits + 2 * data->size, 2);
		data->bytes[data->size] = strtoul(pair, NULL, 16);
	}
	return EXIT_SUCCESS;
}

/* One byte more than there is room for tells that there is too much. */
static int read_input(struct data *data, uint64_t room)
{
	data->size = fread(data->bytes, 1, room + 1, stdin);
	return ferror(stdin) ? complain("input: %s", strerror(errno)) : EXIT_SUCCESS;
}

/* Uses up TEXT, --hex BYTES or -; data->bytes has room for one byte more than @room and @args. */
static int parse_data(struct args *args, struct data *data, uint64_t room)
{
	bool hex = args_option(args, "--hex", NULL);
	const char *word = args_next(args);
	int result = args_end(args);

	if (!word)
		return complain_usage("text, bytes or - are missing");
	if (result)
		return result;
	if (!hex && strcmp(word, "-") == 0)
		return read_input(data, room);
	data->size = strlen(word) + 1;
	data->bytes = realloc(data->bytes, data->size + room + 1);
	if (!data->bytes)
		abort();
	if (hex)
		return parse_hex(data, word);
	memcpy(data->bytes, word, data->size);
	return EXIT_SUCCESS;
}

/* The first section of those that the range touches that must not be written, or NULL */
static const struct ivshmem_section *find_protected(const struct ivshmem *device,
						    const struct range *range, size_t size)
{
	for (unsigned int i = 0; i < device->num_sections; i++) {
		const struct ivshmem_section *section = &device->sections[i];

		if (!section->writable && range->offset < section->offset + section->size &&
		    section->offset < range->offset + size)
			return section;
	}
	return NULL;
}

static int write_range(const struct ivshmem *device, struct args *args)
{
	const struct ivshmem_section *section;
	struct data data = { 0 };
	struct range range;
	int result;

	result = parse_place(device, args, &range);
	if (result)
		return result;
	data.bytes = malloc(range.size + 1);
	if (!data.bytes)
		abort();
	result = parse_data(args, &data, range.size);
	section = result ? NULL : find_protected(device, &range, data.size);
	if (!result && data.size > range.size)
		result = complain("there is room for 0x%llx bytes only",
				  (unsigned long long)range.size);
	else if (section)
		result = complain("section %s cannot be written by peer %u", section->name,
				  device->id);
	if (!result)
		ivshmem_copy_to(device, range.offset, data.bytes, data.size);
	free(data.bytes);
	return result;
}

int ivshmem_command_write(struct args *args)
{
	struct ivshmem device;
	int result = ivshmem_open_next(&device, args);

	if (result)
		return result;
	result = write_range(&device, args);
	ivshmem_close(&device);
	return result;
}
