// SPDX-License-Identifier: GPL-2.0-only
/*
 * ivshmem list, ivshmem info
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "ivshmem.h"

#define ROW "%-10s%-16s%-14s%-12s%s\n"

static const char *kind(const struct ivshmem_info *device)
{
	return device->classic ? "classic" : "revision 2";
}

/* "-" for what there is not */
static const char *or_dash(const char *word)
{
	return word[0] ? word : "-";
}

static void print_table(const struct ivshmem_info *devices, size_t num)
{
	char protocol[16];

	if (num)
		printf(ROW, "Device", "Address", "Kind", "Protocol", "Driver");
	for (size_t i = 0; i < num; i++) {
		snprintf(protocol, sizeof(protocol), "0x%04x", devices[i].protocol);
		printf(ROW, or_dash(devices[i].uio), devices[i].address, kind(&devices[i]),
		       protocol, or_dash(devices[i].driver));
	}
}

/* NULL for what there is not */
static json_t *info_to_json(const struct ivshmem_info *device)
{
	return json_pack("{s:s?, s:s, s:s, s:i, s:s?}", "device",
			 device->uio[0] ? device->uio : NULL, "address", device->address, "kind",
			 kind(device), "protocol", (int)device->protocol, "driver",
			 device->driver[0] ? device->driver : NULL);
}

static void print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

int ivshmem_command_list(struct args *args)
{
	struct ivshmem_info *devices;
	bool json = false;
	const struct option options[] = { { .name = "--json", .flag = &json } };
	int result = parse_options(args, options, ARRAY_SIZE(options));
	size_t num;

	if (result)
		return result;
	num = ivshmem_find_all(&devices);
	if (json) {
		json_t *list = json_array();

		for (size_t i = 0; i < num; i++)
			json_array_append_new(list, info_to_json(&devices[i]));
		print_json(list);
	} else {
		print_table(devices, num);
	}
	free(devices);
	return EXIT_SUCCESS;
}

static json_t *sections_to_json(const struct ivshmem *device)
{
	json_t *sections = json_array();

	for (unsigned int i = 0; i < device->num_sections; i++) {
		const struct ivshmem_section *section = &device->sections[i];

		json_array_append_new(sections,
				      json_pack("{s:s, s:I, s:I, s:b}", "name", section->name,
						"offset", (json_int_t)section->offset, "size",
						(json_int_t)section->size, "writable",
						section->writable));
	}
	return sections;
}

static json_t *device_to_json(const struct ivshmem *device)
{
	json_t *json = info_to_json(&device->info), *states = json_array();
	json_t *interrupts = json_array();
	struct ivshmem_counts counts;

	for (unsigned int peer = 0; peer < device->max_peers; peer++)
		json_array_append_new(states, json_integer(ivshmem_state(device, peer)));
	ivshmem_read_counts(device, &counts);
	for (unsigned int i = 0; i < counts.num_vectors; i++)
		json_array_append_new(interrupts, json_integer((json_int_t)counts.vectors[i]));
	json_object_set_new(json, "id", json_integer(device->id));
	json_object_set_new(json, "peers", json_integer(device->max_peers));
	json_object_set_new(json, "memory", json_integer((json_int_t)device->address));
	json_object_set_new(json, "size", json_integer((json_int_t)device->size));
	json_object_set_new(json, "sections", sections_to_json(device));
	json_object_set_new(json, "states", states);
	json_object_set_new(json, "interrupts", interrupts);
	return json;
}

static void print_sections(const struct ivshmem *device)
{
	printf("Memory:     at 0x%llx, 0x%llx bytes\n", (unsigned long long)device->address,
	       (unsigned long long)device->size);
	for (unsigned int i = 0; i < device->num_sections; i++)
		printf("  %-10s0x%-10llx0x%-10llx%s\n", device->sections[i].name,
		       (unsigned long long)device->sections[i].offset,
		       (unsigned long long)device->sections[i].size,
		       device->sections[i].writable ? "read, write" : "read");
}

static void print_device(const struct ivshmem *device)
{
	struct ivshmem_counts counts;

	printf("Device:     %s, %s, driver %s\n", device->info.uio, device->info.address,
	       device->info.driver);
	printf("Kind:       %s, protocol 0x%04x\n", kind(&device->info), device->info.protocol);
	printf("Peer:       %u of %u\n", device->id, device->max_peers);
	print_sections(device);
	printf("States:    ");
	for (unsigned int peer = 0; peer < device->max_peers; peer++)
		printf(" %u", ivshmem_state(device, peer));
	ivshmem_read_counts(device, &counts);
	printf("\nInterrupts:");
	for (unsigned int i = 0; i < counts.num_vectors; i++)
		printf(" %llu", (unsigned long long)counts.vectors[i]);
	printf("%s\n", counts.num_vectors ? "" : " not counted");
}

int ivshmem_command_info(struct args *args)
{
	bool json = false;
	const struct option options[] = { { .name = "--json", .flag = &json } };
	struct ivshmem device;
	int result = ivshmem_open_next(&device, args);

	if (result)
		return result;
	result = parse_options(args, options, ARRAY_SIZE(options));
	if (!result && json)
		print_json(device_to_json(&device));
	else if (!result)
		print_device(&device);
	ivshmem_close(&device);
	return result;
}
