// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens an ivshmem device by its UIO driver, and maps registers and memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ivshmem.h"

#define UIO_CLASS     "/sys/class/uio"
#define UIO_MAX_MAPS  5
#define MAP_REGISTERS 0

/* Sub-class and interface that network drivers for classic devices want */
#define PROTOCOL_ETHERNET_CLASSIC 0x0100

/* What the UIO driver says about one of its maps */
struct map {
	char name[32];
	uint64_t address;
	uint64_t size;
};

static bool read_line(char *line, size_t size, const char *uio, unsigned int map, const char *file)
{
	char path[PATH_MAX];
	FILE *stream;
	bool found;

	snprintf(path, sizeof(path), UIO_CLASS "/%s/maps/map%u/%s", uio, map, file);
	stream = fopen(path, "r");
	if (!stream)
		return false;
	found = fgets(line, size, stream);
	fclose(stream);
	if (found)
		line[strcspn(line, "\n")] = '\0';
	return found;
}

static bool read_map(struct map *map, const char *uio, unsigned int number)
{
	char address[32], size[32];

	if (!read_line(map->name, sizeof(map->name), uio, number, "name") ||
	    !read_line(address, sizeof(address), uio, number, "addr") ||
	    !read_line(size, sizeof(size), uio, number, "size"))
		return false;
	map->address = strtoull(address, NULL, 0);
	map->size = strtoull(size, NULL, 0);
	return true;
}

static void *map_uio(const struct ivshmem *device, unsigned int number, uint64_t size,
		     bool writable)
{
	return mmap(NULL, size, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, device->fd,
		    (off_t)number * sysconf(_SC_PAGESIZE));
}

static void add_section(struct ivshmem *device, const char *name, uint64_t offset, uint64_t size,
			uint8_t *data, bool writable)
{
	struct ivshmem_section *section = &device->sections[device->num_sections++];

	*section = (struct ivshmem_section){
		.offset = offset, .size = size, .data = data, .writable = writable
	};
	snprintf(section->name, sizeof(section->name), "%s", name);
}

static void add_outputs(struct ivshmem *device, uint64_t offset, uint64_t size, uint8_t *data)
{
	char name[sizeof(device->sections[0].name)];

	for (unsigned int peer = 0; peer < device->max_peers; peer++) {
		snprintf(name, sizeof(name), "output:%u", peer);
		add_section(device, name, offset + peer * size, size, data + peer * size, false);
	}
}

/* The own output section is among those of all, but a map of its own makes it writable. */
static bool replace_output(struct ivshmem *device, uint64_t offset, uint64_t size, uint8_t *data)
{
	for (unsigned int i = 0; i < device->num_sections; i++) {
		struct ivshmem_section *section = &device->sections[i];

		if (section->offset == offset && section->size == size) {
			section->data = data;
			section->writable = true;
			return true;
		}
	}
	return false;
}

static bool is_writable(const struct map *map)
{
	return strcmp(map->name, "state_table") != 0 && strcmp(map->name, "input_sections") != 0;
}

/* The sections that one map of the driver consists of; false if that is unknown. */
static bool add_sections(struct ivshmem *device, const struct map *map, uint8_t *data)
{
	uint64_t offset = map->address - device->address;

	if (strcmp(map->name, "output_section") == 0)
		return replace_output(device, offset, map->size, data);
	if (offset != device->size)
		return false;
	device->size += map->size;
	if (strcmp(map->name, "state_table") == 0)
		add_section(device, "state", offset, map->size, data, false);
	else if (strcmp(map->name, "rw_section") == 0)
		add_section(device, "common", offset, map->size, data, true);
	else if (strcmp(map->name, "memory") == 0)
		add_section(device, "memory", offset, map->size, data, true);
	else if (strcmp(map->name, "input_sections") == 0)
		add_outputs(device, offset, map->size / device->max_peers, data);
	else
		return false;
	return true;
}

static int map_memory(struct ivshmem *device, const struct map *maps, unsigned int num)
{
	const char *uio = device->info.uio;

	device->address = maps[MAP_REGISTERS + 1].address;
	for (unsigned int i = MAP_REGISTERS + 1; i < num; i++) {
		void *data = map_uio(device, i, maps[i].size, is_writable(&maps[i]));

		if (data == MAP_FAILED)
			return complain("%s: map \"%s\": %s", uio, maps[i].name, strerror(errno));
		if (!add_sections(device, &maps[i], data))
			return complain("%s: driver \"%s\" has a map \"%s\" that is unknown", uio,
					device->info.driver, maps[i].name);
	}
	return EXIT_SUCCESS;
}

static void read_registers(struct ivshmem *device)
{
	if (device->info.classic) {
		device->id = device->registers[IVSHMEM_CLASSIC_IVPOSITION / 4];
		device->max_peers = IVSHMEM_CLASSIC_PEERS;
	} else {
		device->id = device->registers[IVSHMEM_ID / 4];
		device->max_peers = device->registers[IVSHMEM_MAX_PEERS / 4];
	}
}

static int map_device(struct ivshmem *device)
{
	const char *uio = device->info.uio;
	struct map maps[UIO_MAX_MAPS];
	unsigned int num = 0;
	void *registers;

	while (num < UIO_MAX_MAPS && read_map(&maps[num], uio, num))
		num++;
	if (num < 2)
		return complain("%s: its driver \"%s\" shows no memory", uio, device->info.driver);
	registers = map_uio(device, MAP_REGISTERS, maps[MAP_REGISTERS].size, true);
	if (registers == MAP_FAILED)
		return complain("%s: registers: %s", uio, strerror(errno));
	device->registers = registers;
	read_registers(device);
	if (!device->max_peers || device->max_peers > IVSHMEM_PEERS_LIMIT ||
	    device->id >= device->max_peers)
		return complain("%s: the device does not answer", uio);
	return map_memory(device, maps, num);
}

static int complain_no_uio(const struct ivshmem_info *info, const char *word)
{
	if (info->driver[0])
		return complain("%s belongs to driver %s, not to a UIO driver", word, info->driver);
	if (info->protocol == JAILHOUSE_SHMEM_PROTO_VETH ||
	    (info->classic && info->protocol == PROTOCOL_ETHERNET_CLASSIC))
		return complain("%s is for the network driver: insmod ivshmem-net.ko", word);
	return complain("%s has no driver: insmod uio_ivshmem.ko", word);
}

int ivshmem_open(struct ivshmem *device, const char *word)
{
	char path[sizeof(device->info.uio) + 8];
	int result;

	*device = (struct ivshmem){ .fd = -1 };
	result = ivshmem_find(&device->info, word);
	if (result)
		return result;
	if (!device->info.uio[0])
		return complain_no_uio(&device->info, word);
	snprintf(path, sizeof(path), "/dev/%s", device->info.uio);
	device->fd = open(path, O_RDWR | O_CLOEXEC);
	if (device->fd < 0)
		return complain("%s: %s", path, strerror(errno));
	result = map_device(device);
	if (result)
		ivshmem_close(device);
	return result;
}

/* Mappings end with the program. */
void ivshmem_close(struct ivshmem *device)
{
	close(device->fd);
	device->fd = -1;
}

int ivshmem_open_next(struct ivshmem *device, struct args *args)
{
	const char *word = args_next(args);

	if (!word)
		return complain_usage("a device is missing");
	return ivshmem_open(device, word);
}
