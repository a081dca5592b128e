/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's image in its memory: laid out as jailhouse/header.h says.
 */
#ifndef JAILHOUSE_DRIVER_IMAGE_H
#define JAILHOUSE_DRIVER_IMAGE_H

#include <linux/types.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/header.h>

struct image {
	/* Hypervisor memory from its start up to the page pool, mapped. */
	union {
		void *memory;
		struct jailhouse_header *header;
	};
	/* Bytes mapped. */
	size_t size;
};

/*
 * Loads the firmware file and puts image, per-CPU blocks and system configuration into hypervisor
 * memory, which the caller has found to be free. May sleep.
 *
 * Returns 0, -ENOENT (no firmware file), -ENOEXEC (no hypervisor), -ENOMEM (does not fit), -EIO
 * (no memory at that address) or what request_firmware returns; the reason is reported.
 */
int image_load(struct image *image, const struct jailhouse_system *config);

/* The hypervisor's console in the mapped memory; not while the hypervisor runs. */
const struct jailhouse_virt_console *image_console(const struct image *image);

/* Ends the mapping; does not touch the memory, so that it may be called at any time. */
void image_unmap(struct image *image);

#endif /* JAILHOUSE_DRIVER_IMAGE_H */
