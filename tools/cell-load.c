// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse cell load: files and strings, each to its address.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* What is to be loaded; the images point to the files. */
struct load {
	struct jailhouse_cell_load *request;
	struct file *files;
	unsigned int num_files;
};

static int parse_address(const char *word, __u64 *address)
{
	char *end;

	if (!word)
		return complain_usage("an address is missing");
	errno = 0;
	*address = strtoull(word, &end, 0);
	if (errno || end == word || *end || *word == '-')
		return complain("\"%s\" is no address", word);
	return EXIT_SUCCESS;
}

static int add_file(struct load *load, struct jailhouse_preload_image *image, const char *path)
{
	struct file *file = &load->files[load->num_files];
	int result = file_read(file, path);

	if (result)
		return result;
	load->num_files++;
	image->source_address = (unsigned long)file->data;
	image->size = file->size;
	return EXIT_SUCCESS;
}

static int add_string(struct jailhouse_preload_image *image, const char *string)
{
	if (!string)
		return complain_usage("a string is missing");
	image->source_address = (unsigned long)string;
	image->size = strlen(string) + 1;
	return EXIT_SUCCESS;
}

/* { IMAGE | { -s | --string } "STRING" } [-a | --address ADDRESS] */
static int add_image(struct load *load, struct args *args)
{
	struct jailhouse_preload_image *image =
		&load->request->image[load->request->num_preload_images++];
	int result;

	if (args_option(args, "-s", "--string"))
		result = add_string(image, args_next(args));
	else if (args->words[0][0] == '-')
		result = complain_usage("\"%s\" is no image", args->words[0]);
	else
		result = add_file(load, image, args_next(args));
	if (!result && args_option(args, "-a", "--address"))
		result = parse_address(args_next(args), &image->target_address);
	return result;
}

static int add_images(struct load *load, struct args *args)
{
	int result;

	if (!args->count)
		return complain_usage("load what? An image is missing");
	do {
		result = add_image(load, args);
	} while (!result && args->count);
	return result;
}

int command_cell_load(struct args *args)
{
	struct jailhouse_cell_id id;
	struct load load = { 0 };
	int result = cell_id_parse(args, &id);

	if (result)
		return result;
	/* No image takes less than one word. */
	load.request = calloc(1,
			      sizeof(*load.request) + args->count * sizeof(load.request->image[0]));
	load.files = calloc(args->count + 1, sizeof(load.files[0]));
	if (!load.request || !load.files)
		abort();
	load.request->cell_id = id;

	result = add_images(&load, args);
	if (!result)
		result = device_request(JAILHOUSE_CELL_LOAD, load.request);

	while (load.num_files)
		file_free(&load.files[--load.num_files]);
	free(load.files);
	free(load.request);
	return result;
}
