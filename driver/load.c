// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads images into the memory of a cell.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "cell.h"
#include "load.h"
#include "report.h"

#define MAX_IMAGES 1024

#define LOADABLE_FLAGS (JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_LOADABLE)

/* The first region whose guest-physical range holds @target. */
static const struct jailhouse_memory *find_region(const struct cell *cell, u64 target)
{
	const struct jailhouse_memory *region;

	for (region = cell->regions; region < cell->regions + cell->num_regions; region++)
		if (target >= region->virt_start && target - region->virt_start < region->size)
			return region;
	return NULL;
}

static int check_image(const struct cell *cell, const struct jailhouse_preload_image *image)
{
	const struct jailhouse_memory *region;
	u64 room;

	if (!image->size)
		return 0;
	region = find_region(cell, image->target_address);
	if (!region)
		return refuse(-EINVAL, "cell \"%s\" has no memory at 0x%llx", cell->name,
			      image->target_address);
	if ((region->flags & LOADABLE_FLAGS) != LOADABLE_FLAGS)
		return refuse(-EINVAL, "memory of cell \"%s\" at 0x%llx is not loadable",
			      cell->name, image->target_address);

	room = region->size - (image->target_address - region->virt_start);
	if (image->size > room)
		return refuse(-EINVAL,
			      "image of %llu bytes is too large: cell \"%s\" has %llu "
			      "bytes at 0x%llx",
			      image->size, cell->name, room, image->target_address);
	return 0;
}

static int check_images(const struct cell *cell, const struct jailhouse_preload_image *images,
			u32 num)
{
	u32 n;
	int err;

	for (n = 0; n < num; n++) {
		err = check_image(cell, &images[n]);
		if (err)
			return err;
	}
	return 0;
}

/* Copies by the page, so that an image of any size can be interrupted. */
static int copy_image(void *memory, const void __user *source, u64 size)
{
	u64 chunk;

	for (; size; memory += chunk, source += chunk, size -= chunk) {
		chunk = min_t(u64, size, PAGE_SIZE);
		if (copy_from_user(memory, source, chunk))
			return refuse(-EFAULT, "image cannot be read");
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int load_image(const struct cell *cell, const struct jailhouse_preload_image *image)
{
	const struct jailhouse_memory *region;
	void *memory;
	u64 phys;
	int err;

	if (!image->size)
		return 0;
	region = find_region(cell, image->target_address);
	phys = region->phys_start + (image->target_address - region->virt_start);
	memory = memremap(phys, image->size, MEMREMAP_WB);
	if (!memory)
		return refuse(-ENOMEM, "memory of cell \"%s\" at 0x%llx cannot be mapped",
			      cell->name, phys);

	err = copy_image(memory, u64_to_user_ptr(image->source_address), image->size);
	memunmap(memory);
	return err;
}

static int load_into(struct cell *cell, const struct jailhouse_preload_image *images, u32 num)
{
	u32 n;
	int err;

	err = check_images(cell, images, num);
	if (err)
		return err;
	err = cell_stop(cell);
	for (n = 0; !err && n < num; n++)
		err = load_image(cell, &images[n]);
	return err;
}

int load_images(const struct jailhouse_cell_load __user *arg)
{
	struct jailhouse_preload_image *images;
	struct jailhouse_cell_load request;
	struct cell *cell;
	int err;

	if (copy_from_user(&request, arg, sizeof(request)))
		return -EFAULT;
	cell = cell_find(&request.cell_id);
	if (IS_ERR(cell))
		return PTR_ERR(cell);
	if (request.num_preload_images > MAX_IMAGES)
		return refuse(-E2BIG, "%u images are more than %u", request.num_preload_images,
			      MAX_IMAGES);
	if (!request.num_preload_images)
		return cell_stop(cell);

	images = vmemdup_user(arg->image, request.num_preload_images * sizeof(*images));
	if (IS_ERR(images))
		return PTR_ERR(images);
	err = load_into(cell, images, request.num_preload_images);
	kvfree(images);
	return err;
}
