// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads the hypervisor's image into its memory.
 */
#include <linux/cpumask.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "bootstrap.h"
#include "image.h"
#include "report.h"
#include "sysfs.h"
#include "trampoline.h"

static const struct jailhouse_header *firmware_header(const struct firmware *firmware)
{
	return (const struct jailhouse_header *)firmware->data;
}

static bool header_is_sane(const struct jailhouse_header *header, size_t file_size)
{
	u64 console_end;

	return file_size <= header->core_size && header->entry < file_size && header->percpu_size &&
	       PAGE_ALIGNED(header->core_size | header->percpu_size | header->console_page) &&
	       !check_add_overflow(header->console_page, (u64)sizeof(struct jailhouse_virt_console),
				   &console_end) &&
	       console_end <= header->core_size;
}

static int firmware_check(const struct firmware *firmware)
{
	const struct jailhouse_header *header = firmware_header(firmware);

	if (firmware->size < sizeof(*header) ||
	    memcmp(header->signature, JAILHOUSE_IMAGE_SIGNATURE, sizeof(header->signature) - 1))
		return refuse(-ENOEXEC, "firmware file %s is no hypervisor of this version",
			      JAILHOUSE_FW_NAME_AMD);
	if (!header_is_sane(header, firmware->size))
		return refuse(-ENOEXEC, "firmware file %s is damaged: wrong sizes in its header",
			      JAILHOUSE_FW_NAME_AMD);
	return 0;
}

/* Bytes of hypervisor memory before the configuration; U64_MAX if beyond all bounds. */
static u64 blocks_end(const struct jailhouse_header *header)
{
	u64 percpu, end;

	if (check_mul_overflow(header->percpu_size, (u64)nr_cpu_ids, &percpu) ||
	    check_add_overflow(header->core_size, percpu, &end))
		return U64_MAX;
	return end;
}

/* Computes what the image takes; one page at least has to be left for the page pool. */
static int image_check_size(struct image *image, const struct jailhouse_header *header,
			    const struct jailhouse_system *config)
{
	u64 config_size = PAGE_ALIGN(jailhouse_system_config_size(config));
	u64 available = config->hypervisor_memory.size;
	u64 blocks = blocks_end(header);

	if (blocks >= available || config_size >= available - blocks)
		return refuse(-ENOMEM,
			      "hypervisor_memory.size 0x%llx is too small: image 0x%llx + %u CPUs "
			      "of 0x%llx + configuration 0x%llx + page pool",
			      available, header->core_size, nr_cpu_ids, header->percpu_size,
			      config_size);

	image->size = blocks + config_size;
	return 0;
}

static int image_map(struct image *image, phys_addr_t start)
{
	image->memory = memremap(start, image->size, MEMREMAP_WB);
	if (!image->memory)
		return refuse(-ENOMEM, "hypervisor memory at %pa cannot be mapped", &start);
	return 0;
}

static void image_fill_header(struct jailhouse_header *header)
{
	header->max_cpus = nr_cpu_ids;
	header->online_cpus = num_online_cpus();
	header->trampoline_virt = (unsigned long)jailhouse_trampoline_start;
	header->trampoline_phys = bootstrap_trampoline();
	header->trampoline_exit = (unsigned long)jailhouse_trampoline_exit;
}

/* Reads back what it has written: a wrong address may have no memory at all. */
static int image_copy(struct image *image, const struct firmware *firmware,
		      const struct jailhouse_system *config)
{
	u64 config_offset = blocks_end(firmware_header(firmware));

	memset(image->memory, 0, image->size);
	memcpy(image->memory, firmware->data, firmware->size);
	memcpy(image->memory + config_offset, config, jailhouse_system_config_size(config));
	if (memcmp(image->memory, firmware->data, firmware->size))
		return refuse(-EIO, "there is no memory at hypervisor_memory.phys_start 0x%llx",
			      config->hypervisor_memory.phys_start);
	image_fill_header(image->header);
	return 0;
}

static int image_install(struct image *image, const struct firmware *firmware,
			 const struct jailhouse_system *config)
{
	int err;

	err = firmware_check(firmware);
	if (err)
		return err;
	err = image_check_size(image, firmware_header(firmware), config);
	if (err)
		return err;
	err = image_map(image, config->hypervisor_memory.phys_start);
	if (err)
		return err;
	err = image_copy(image, firmware, config);
	if (err)
		image_unmap(image);
	return err;
}

int image_load(struct image *image, const struct jailhouse_system *config)
{
	const struct firmware *firmware;
	int err;

	err = request_firmware(&firmware, JAILHOUSE_FW_NAME_AMD, jailhouse_sysfs_device());
	if (err)
		return refuse(err,
			      "firmware file %s cannot be loaded (%pe): install it in "
			      "/lib/firmware",
			      JAILHOUSE_FW_NAME_AMD, ERR_PTR(err));

	err = image_install(image, firmware, config);
	release_firmware(firmware);
	return err;
}

const struct jailhouse_virt_console *image_console(const struct image *image)
{
	return image->memory + image->header->console_page;
}

void image_unmap(struct image *image)
{
	memunmap(image->memory);
	image->memory = NULL;
}
