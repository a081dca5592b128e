/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the `ivshmem` command share: devices as the kernel shows them, and an open one.
 * Functions that return an exit code have printed why it is not 0.
 */
#ifndef TOOLS_IVSHMEM_H
#define TOOLS_IVSHMEM_H

#include <stdint.h>

#include <jailhouse/ivshmem.h>

#include "tool.h"

/* One ivshmem device of this cell, from sysfs. */
struct ivshmem_info {
	char address[16]; /* domain:bus:device.function */
	bool classic;
	unsigned int protocol;
	char driver[32]; /* "": none is bound */
	char uio[16];    /* "uio0"; "": not for programs */
};

/* Fills in a new array of all devices, by ascending address; returns their number. */
size_t ivshmem_find_all(struct ivshmem_info **devices);

/*
 * Finds the device that @word means: uioN, /dev/uioN, or a PCI address with or without domain.
 * Returns an exit code.
 */
int ivshmem_find(struct ivshmem_info *device, const char *word);

/* A part of the shared memory */
struct ivshmem_section {
	char name[24];
	uint64_t offset; /* from the start of the shared memory */
	uint64_t size;
	bool writable;
	uint8_t *data; /* mapped with that right */
};

/* State table, common section, an output section for each peer; or only one. */
#define IVSHMEM_SECTIONS_MAX IVSHMEM_REGION_OUTPUT(IVSHMEM_PEERS_LIMIT)

/* An open device. */
struct ivshmem {
	struct ivshmem_info info;
	int fd;
	volatile uint32_t *registers;
	unsigned int id, max_peers;

	/* The shared memory: guest-physical address, bytes, and the parts without gaps, ascending */
	uint64_t address;
	uint64_t size;
	struct ivshmem_section sections[IVSHMEM_SECTIONS_MAX];
	unsigned int num_sections;
};

/* Opens the device that @word means, and maps it. Returns an exit code. */
int ivshmem_open(struct ivshmem *device, const char *word);
void ivshmem_close(struct ivshmem *device);

/* Uses up the word for a device, and opens that. Returns an exit code. */
int ivshmem_open_next(struct ivshmem *device, struct args *args);

/* Returns NULL if there is no section with that name. */
const struct ivshmem_section *ivshmem_find_section(const struct ivshmem *device, const char *name);

/* Copies from or to the shared memory, from the offset @offset on. All of it has to be there. */
void ivshmem_copy_from(const struct ivshmem *device, uint64_t offset, void *to, uint64_t size);
void ivshmem_copy_to(const struct ivshmem *device, uint64_t offset, const void *from,
		     uint64_t size);

/*
 * What this peer writes: its output section, or its part of the memory that is common to all. Size
 * 0 if there is nothing of that kind.
 */
struct ivshmem_section ivshmem_own_part(const struct ivshmem *device);

/* Registers: own state, state of any peer, interrupt to a peer. */
void ivshmem_set_state(struct ivshmem *device, uint32_t state);
uint32_t ivshmem_state(const struct ivshmem *device, unsigned int peer);
void ivshmem_ring(struct ivshmem *device, unsigned int peer, unsigned int vector);

/* Interrupts of each vector since the driver was bound. */
struct ivshmem_counts {
	unsigned int num_vectors;
	uint64_t vectors[IVSHMEM_VECTORS_LIMIT];
};

/* Reads them; all 0 and no vectors if the driver does not count. */
void ivshmem_read_counts(const struct ivshmem *device, struct ivshmem_counts *counts);

/*
 * Waits for an interrupt that has come since the last call, or since the device was opened: until
 * the clock of now_ns() shows @deadline. Returns 1, 0 at the deadline, or -1 after a complaint.
 */
int ivshmem_wait(struct ivshmem *device, uint64_t deadline);

/* Nanoseconds since some moment. */
uint64_t now_ns(void);

#define NS_PER_SEC  1000000000ULL
#define NO_DEADLINE UINT64_MAX

/*
 * Uses up the next word, a number from 0 to @max; leaves *@value as it is if there is none. Returns
 * an exit code.
 */
int parse_number(struct args *args, const char *what, uint64_t max, uint64_t *value);

/* An option: with a number behind it (@number, up to @max), or without (@flag). */
struct option {
	const char *name;
	uint64_t *number;
	uint64_t max;
	bool *flag;
};

/* Uses up all words that are left, which have to be options. Returns an exit code. */
int parse_options(struct args *args, const struct option *options, size_t num);

/* Uses up [PEER [VECTOR]]; a channel with two peers needs no PEER. Returns an exit code. */
int parse_target(const struct ivshmem *device, struct args *args, unsigned int *peer,
		 unsigned int *vector);

/* The commands; each uses up its arguments and returns an exit code. */
int ivshmem_command_list(struct args *args);
int ivshmem_command_info(struct args *args);
int ivshmem_command_read(struct args *args);
int ivshmem_command_write(struct args *args);
int ivshmem_command_ring(struct args *args);
int ivshmem_command_wait(struct args *args);
int ivshmem_command_state(struct args *args);
int ivshmem_command_bench(struct args *args);

#endif /* TOOLS_IVSHMEM_H */
