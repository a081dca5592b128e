// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sections of an open ivshmem device's memory.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ivshmem.h"

const struct ivshmem_section *ivshmem_find_section(const struct ivshmem *device, const char *name)
{
	char own[sizeof(device->sections[0].name)];

	if (strcmp(name, "output") == 0) {
		snprintf(own, sizeof(own), "output:%u", device->id);
		name = own;
	}
	for (unsigned int i = 0; i < device->num_sections; i++)
		if (strcmp(device->sections[i].name, name) == 0)
			return &device->sections[i];
	return NULL;
}

struct ivshmem_section ivshmem_own_part(const struct ivshmem *device)
{
	const struct ivshmem_section *section = ivshmem_find_section(device, "output");
	uint64_t page = sysconf(_SC_PAGESIZE);
	struct ivshmem_section part = { .name = "" };

	if (section)
		return *section;
	section = ivshmem_find_section(device, device->info.classic ? "memory" : "common");
	if (!section)
		return part;
	part = *section;
	part.size = section->size / device->max_peers / page * page;
	part.offset += device->id * part.size;
	part.data += device->id * part.size;
	return part;
}

/* The part of @section that lies in the range, cut to it: its bytes, and where they start */
static uint64_t overlap(const struct ivshmem_section *section, uint64_t offset, uint64_t size,
			uint64_t *start)
{
	uint64_t end = section->offset + section->size;

	*start = offset > section->offset ? offset : section->offset;
	if (end > offset + size)
		end = offset + size;
	return *start < end ? end - *start : 0;
}

void ivshmem_copy_from(const struct ivshmem *device, uint64_t offset, void *to, uint64_t size)
{
	for (unsigned int i = 0; i < device->num_sections; i++) {
		const struct ivshmem_section *section = &device->sections[i];
		uint64_t start, part = overlap(section, offset, size, &start);

		if (part)
			memcpy((uint8_t *)to + (start - offset),
			       section->data + (start - section->offset), part);
	}
}

void ivshmem_copy_to(const struct ivshmem *device, uint64_t offset, const void *from, uint64_t size)
{
	for (unsigned int i = 0; i < device->num_sections; i++) {
		const struct ivshmem_section *section = &device->sections[i];
		uint64_t start, part = overlap(section, offset, size, &start);

		if (part)
			memcpy(section->data + (start - section->offset),
			       (const uint8_t *)from + (start - offset), part);
	}
}
