// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds ivshmem devices in sysfs.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ivshmem.h"

#define PCI_DEVICES  "/sys/bus/pci/devices"
#define DEVICE_NODES "/dev/"
#define DOMAIN_0     "0000:"

/* The three bytes of "class": base class, and the protocol */
#define CLASS_PROTOCOL 0xffff

static unsigned long read_number(const char *address, const char *file)
{
	char path[PATH_MAX], line[32] = "";
	FILE *stream;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", address, file);
	stream = fopen(path, "r");
	if (!stream)
		return 0;
	if (!fgets(line, sizeof(line), stream))
		line[0] = '\0';
	fclose(stream);
	return strtoul(line, NULL, 0);
}

/* The last part of what the link points to; "" if there is no link. */
static void read_driver(struct ivshmem_info *device)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver", device->address);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return;
	target[length] = '\0';
	snprintf(device->driver, sizeof(device->driver), "%.31s", basename(target));
}

/* The device has a folder for its UIO device. */
static void read_uio(struct ivshmem_info *device)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/uio", device->address);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (strncmp(entry->d_name, "uio", strlen("uio")) == 0)
			snprintf(device->uio, sizeof(device->uio), "%.15s", entry->d_name);
	closedir(folder);
}

/* Returns false if it is no ivshmem device. */
static bool read_device(struct ivshmem_info *device, const char *address)
{
	unsigned long vendor = read_number(address, "vendor");
	unsigned long id = read_number(address, "device");

	*device = (struct ivshmem_info){ .classic = vendor == IVSHMEM_CLASSIC_VENDOR_ID };
	if ((vendor != IVSHMEM_CLASSIC_VENDOR_ID || id != IVSHMEM_CLASSIC_DEVICE_ID) &&
	    (vendor != IVSHMEM_VENDOR_ID || id != IVSHMEM_DEVICE_ID))
		return false;
	snprintf(device->address, sizeof(device->address), "%.15s", address);
	device->protocol = read_number(address, "class") & CLASS_PROTOCOL;
	read_driver(device);
	read_uio(device);
	return true;
}

static int is_address(const struct dirent *entry)
{
	return isxdigit((unsigned char)entry->d_name[0]);
}

size_t ivshmem_find_all(struct ivshmem_info **devices)
{
	struct dirent **entries;
	size_t num = 0;
	int num_entries = scandir(PCI_DEVICES, &entries, is_address, alphasort);

	*devices = calloc(num_entries > 0 ? num_entries : 1, sizeof(**devices));
	if (!*devices)
		abort();
	for (int i = 0; i < num_entries; i++) {
		if (read_device(&(*devices)[num], entries[i]->d_name))
			num++;
		free(entries[i]);
	}
	if (num_entries >= 0)
		free(entries);
	return num;
}

static bool is_meant(const struct ivshmem_info *device, const char *word)
{
	if (strcmp(word, device->address) == 0)
		return true;
	if (strncmp(device->address, DOMAIN_0, strlen(DOMAIN_0)) == 0 &&
	    strcmp(word, device->address + strlen(DOMAIN_0)) == 0)
		return true;
	if (strncmp(word, DEVICE_NODES, strlen(DEVICE_NODES)) == 0)
		word += strlen(DEVICE_NODES);
	return device->uio[0] && strcmp(word, device->uio) == 0;
}

int ivshmem_find(struct ivshmem_info *device, const char *word)
{
	struct ivshmem_info *devices;
	size_t num = ivshmem_find_all(&devices);
	bool found = false;

	for (size_t i = 0; i < num && !found; i++) {
		found = is_meant(&devices[i], word);
		if (found)
			*device = devices[i];
	}
	free(devices);
	if (found)
		return EXIT_SUCCESS;
	if (!num)
		return complain("there is no ivshmem device: is the hypervisor enabled?");
	return complain("%s is no ivshmem device; see ivshmem list", word);
}
