// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * How lwIP's HTTP server gets its pages: its functions for custom files.
 */
#include "web-pages.h"

#include <inmate/inmate.h>

#include "lwip/apps/fs.h"
#include "lwip/def.h"

static struct web_pages *first;
static u64 served;

void web_pages_add(struct web_pages *pages)
{
	pages->next = first;
	first = pages;
}

u64 web_pages_served(void)
{
	return served;
}

static const struct web_page *find_page(const char *name)
{
	const struct web_pages *site;
	size_t n;

	for (site = first; site; site = site->next)
		for (n = 0; n < site->number; n++)
			if (strcmp(name, site->pages[n].name) == 0)
				return &site->pages[n];
	return NULL;
}

/* False: there is not enough memory. */
static bool make_page(struct fs_file *file, const struct web_page *page)
{
	struct text text = { 0 };

	page->make(&text);
	if (!text.characters || text.failed) {
		text_free(&text);
		return false;
	}
	file->data = text.characters;
	file->len = (int)text.length;
	return true;
}

/* lwIP calls these, and leaves it to us to declare them. */
int fs_open_custom(struct fs_file *file, const char *name);
int fs_read_custom(struct fs_file *file, char *buffer, int count);
void fs_close_custom(struct fs_file *file);

/* A file without data is read; what has data has been "read" to its end. */
int fs_open_custom(struct fs_file *file, const char *name)
{
	const struct web_page *page = find_page(name);

	if (!page)
		return 0;
	memset(file, 0, sizeof(*file));
	file->data = page->data;
	file->len = (int)page->length;
	served++;
	if (page->make && !make_page(file, page))
		return 0;
	file->index = page->fill ? 0 : file->len;
	file->pextension = (void *)page;
	/* The length goes into the header, so the connection can be used again. */
	file->flags = FS_FILE_FLAGS_HEADER_PERSISTENT;
	return 1;
}

int fs_read_custom(struct fs_file *file, char *buffer, int count)
{
	const struct web_page *page = file->pextension;

	count = LWIP_MIN(count, fs_bytes_left(file));
	page->fill(buffer, (size_t)file->index, (size_t)count);
	file->index += count;
	return count;
}

void fs_close_custom(struct fs_file *file)
{
	const struct web_page *page = file->pextension;

	if (page->make)
		free((void *)file->data);
}
