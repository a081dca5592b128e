/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Control interface of the driver: ioctls of /dev/jailhouse.
 */
#ifndef JAILHOUSE_IOCTL_H
#define JAILHOUSE_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define JAILHOUSE_CELL_ID_NAMELEN 31
/* Value of jailhouse_cell_id.id: look the cell up by its name. */
#define JAILHOUSE_CELL_ID_UNUSED (-1)

struct jailhouse_cell_create {
	__u64 config_address;
	__u32 config_size;
	__u32 padding;
};

struct jailhouse_preload_image {
	__u64 source_address;
	__u64 size;
	__u64 target_address;
	__u64 padding;
};

struct jailhouse_cell_id {
	__s32 id;
	__u32 padding;
	char name[JAILHOUSE_CELL_ID_NAMELEN + 1];
};

struct jailhouse_cell_load {
	struct jailhouse_cell_id cell_id;
	/* 0 stops the cell only. */
	__u32 num_preload_images;
	__u32 padding;
	struct jailhouse_preload_image image[];
};

#define JAILHOUSE_ENABLE       _IOW(0, 0, void *)
#define JAILHOUSE_DISABLE      _IO(0, 1)
#define JAILHOUSE_CELL_CREATE  _IOW(0, 2, struct jailhouse_cell_create)
#define JAILHOUSE_CELL_LOAD    _IOW(0, 3, struct jailhouse_cell_load)
#define JAILHOUSE_CELL_START   _IOW(0, 4, struct jailhouse_cell_id)
#define JAILHOUSE_CELL_DESTROY _IOW(0, 5, struct jailhouse_cell_id)

_Static_assert(JAILHOUSE_ENABLE == 0x40080000, "ioctl number");
_Static_assert(JAILHOUSE_DISABLE == 0x1, "ioctl number");
_Static_assert(JAILHOUSE_CELL_CREATE == 0x40100002, "ioctl number");
_Static_assert(JAILHOUSE_CELL_LOAD == 0x40300003, "ioctl number");
_Static_assert(JAILHOUSE_CELL_START == 0x40280004, "ioctl number");
_Static_assert(JAILHOUSE_CELL_DESTROY == 0x40280005, "ioctl number");

#endif /* JAILHOUSE_IOCTL_H */
