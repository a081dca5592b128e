/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration checker on any bytes: it must neither read outside of the files nor hang, and
 * what it accepts must keep the rules that matter most, here computed in another way.
 *
 * suite: hypervisor
 * sources: common/config-check.c common/config-check-cell.c common/config-check-memory.c
 * sources: common/config-check-pci.c common/config-check-channel.c
 * sources: common/format.c
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/config-check.h"
#include "config-samples.h"

/* The system and three cells. */
#define NUM_FILES 4

struct input {
	const uint8_t *data;
	size_t size;
};

struct file {
	/* With exactly this size, so that the sanitizer sees each byte too many. */
	uint8_t *data;
	size_t size;
};

/* A change of a valid configuration: up to eight bytes, at any place of any file. */
struct patch {
	uint8_t file;
	uint8_t length;
	uint16_t offset;
	uint8_t bytes[8];
};

static const struct {
	const void *data;
	size_t size;
} samples[NUM_FILES] = {
	{ &sample_system, sizeof(sample_system) },
	{ &sample_one, sizeof(sample_one) },
	{ &sample_two, sizeof(sample_two) },
	{ &sample_three, sizeof(sample_three) },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct input *input, void *to, size_t size)
{
	if (size > input->size)
		size = input->size;
	memcpy(to, input->data, size);
	input->data += size;
	input->size -= size;
}

static void file_set(struct file *file, const void *data, size_t size)
{
	file->size = size;
	file->data = malloc(size ? size : 1);
	memcpy(file->data, data, size);
}

/* Each file is the input's, behind its size. */
static void make_raw(struct input *input, struct file *files)
{
	for (unsigned int i = 0; i < NUM_FILES; i++) {
		uint16_t size = 0;

		take(input, &size, sizeof(size));
		if (size > input->size)
			size = input->size;
		file_set(&files[i], input->data, size);
		input->data += size;
		input->size -= size;
	}
}

static void make_patched(struct input *input, struct file *files)
{
	struct patch patch;

	for (unsigned int i = 0; i < NUM_FILES; i++)
		file_set(&files[i], samples[i].data, samples[i].size);
	while (input->size) {
		struct file *file;

		memset(&patch, 0, sizeof(patch));
		take(input, &patch, sizeof(patch));
		file = &files[patch.file % NUM_FILES];
		patch.offset %= file->size;
		patch.length %= sizeof(patch.bytes) + 1;
		if (patch.length > file->size - patch.offset)
			patch.length = file->size - patch.offset;
		memcpy(file->data + patch.offset, patch.bytes, patch.length);
	}
}

static void ignore(void *arg, const char *line)
{
	(void)arg;
	if (strlen(line) >= CONFIG_CHECK_LINE_SIZE || strchr(line, '\n'))
		abort();
}

static const struct config_report report = { ignore, NULL };

static bool overlap(const struct jailhouse_memory *a, const struct jailhouse_memory *b)
{
	unsigned __int128 end_a = (unsigned __int128)a->phys_start + a->size;
	unsigned __int128 end_b = (unsigned __int128)b->phys_start + b->size;

	return a->size && b->size && a->phys_start < end_b && b->phys_start < end_a;
}

/* No cell reaches the hypervisor's memory. */
static void verify_memory(const struct jailhouse_system *system,
			  const struct jailhouse_cell_desc *cell)
{
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(cell);

	for (unsigned int i = 0; i < cell->num_memory_regions; i++) {
		if (!(mem[i].flags & JAILHOUSE_MEM_COMM_REGION) &&
		    overlap(&mem[i], &system->hypervisor_memory))
			abort();
	}
}

/* Root keeps CPU 0, and no cell has a CPU that another one has or that root never had. */
static void verify_cpus(const struct jailhouse_system *system,
			const struct jailhouse_cell_desc *const cells[], unsigned int num_cells)
{
	const uint8_t *roots = (const uint8_t *)(&system->root_cell + 1);
	unsigned int size = 0;

	for (unsigned int i = 0; i < num_cells; i++)
		size = cells[i]->cpu_set_size > size ? cells[i]->cpu_set_size : size;
	for (unsigned int byte = 0; byte < size; byte++) {
		uint8_t taken = byte == 0 ? 1 : 0;

		for (unsigned int i = 0; i < num_cells; i++) {
			const uint8_t *set = (const uint8_t *)(cells[i] + 1);

			if (byte >= cells[i]->cpu_set_size)
				continue;
			if (set[byte] & taken)
				abort();
			taken |= set[byte];
			if (set[byte] &&
			    (byte >= system->root_cell.cpu_set_size || set[byte] & ~roots[byte]))
				abort();
		}
	}
}

/* Creates the cells one after the other, as far as the checker lets them. */
static void check_cells(const struct file *files)
{
	const struct jailhouse_system *system = (const void *)files[0].data;
	const struct jailhouse_cell_desc *cells[NUM_FILES];
	unsigned int num_cells = 0;

	verify_memory(system, &system->root_cell);
	for (unsigned int i = 1; i < NUM_FILES; i++) {
		const struct jailhouse_cell_desc *cell = (const void *)files[i].data;

		if (config_check_cell(system, cell, files[i].size, &report) != 0 ||
		    config_check_beside(system, cell, cells, num_cells, &report) != 0)
			continue;
		verify_memory(system, cell);
		cells[num_cells++] = cell;
	}
	verify_cpus(system, cells, num_cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct file files[NUM_FILES];
	uint8_t raw = 0;

	take(&input, &raw, 1);
	if (raw & 1)
		make_raw(&input, files);
	else
		make_patched(&input, files);

	if (config_check_system((const void *)files[0].data, files[0].size, &report) == 0)
		check_cells(files);
	for (unsigned int i = 0; i < NUM_FILES; i++) {
		config_check_cell(NULL, (const void *)files[i].data, files[i].size, &report);
		free(files[i].data);
	}
	return 0;
}
