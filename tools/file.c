// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are handed to the driver or to the checker.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define FIRST_ROOM 65536

/* Reads to the end, of whatever length it turns out to be. */
static int read_all(struct file *file, FILE *stream)
{
	size_t room = 0, count;

	do {
		if (file->size == room) {
			void *larger;

			room = room ? 2 * room : FIRST_ROOM;
			larger = realloc(file->data, room);
			if (!larger)
				return ENOMEM;
			file->data = larger;
		}
		count = fread((char *)file->data + file->size, 1, room - file->size, stream);
		file->size += count;
	} while (count);
	return ferror(stream) ? errno : 0;
}

int file_read(struct file *file, const char *path)
{
	FILE *stream = fopen(path, "rb");
	int error;

	*file = (struct file){ .path = path };
	if (!stream)
		return complain("%s: %s", path, strerror(errno));
	error = read_all(file, stream);
	fclose(stream);
	if (!error)
		return EXIT_SUCCESS;
	file_free(file);
	return complain("%s: %s", path, strerror(error));
}

void file_free(struct file *file)
{
	free(file->data);
	file->data = NULL;
}
