// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of an ivshmem device can be mapped by programs: the page of its registers and the sections of
 * its shared memory, each for itself. The MSI-X table never, since whoever writes it can raise any
 * interrupt.
 */
#include <linux/io.h>
#include <linux/mm.h>

#include "kernel-api.h"
#include "uio-device.h"

#define BAR_REGISTERS 0

static u64 read_config64(const struct uio_ivshmem *device, unsigned int offset)
{
	u32 low = 0, high = 0;

	pci_read_config_dword(device->pdev, offset, &low);
	pci_read_config_dword(device->pdev, offset + 4, &high);
	return (u64)high << 32 | low;
}

/* Adds a map unless it is empty: UIO takes an empty one for the end of the list. */
static void add_map(struct uio_ivshmem *device, const char *name, u64 start, u64 size,
		    bool writable)
{
	if (!size)
		return;
	device->info.mem[device->num_maps] = (struct uio_mem){
		.name = name,
		.addr = start,
		.size = size,
		.memtype = UIO_MEM_PHYS,
	};
	if (writable)
		device->writable_maps |= BIT(device->num_maps);
	device->num_maps++;
}

/* Nothing else may be in the page that programs get. */
static int find_registers(struct uio_ivshmem *device)
{
	struct pci_dev *pdev = device->pdev;
	u64 start = pci_resource_start(pdev, BAR_REGISTERS);
	u64 size = pci_resource_len(pdev, BAR_REGISTERS);
	int err;

	if (!size || !PAGE_ALIGNED(start) || !PAGE_ALIGNED(size)) {
		pci_err(pdev, "registers have no pages of their own: see bar_mask of the cell\n");
		return -ENODEV;
	}
	err = pcim_iomap_regions(pdev, BIT(BAR_REGISTERS), UIO_IVSHMEM_NAME);
	if (err) {
		pci_err(pdev, "registers cannot be mapped (%pe)\n", ERR_PTR(err));
		return err;
	}
	device->registers = pcim_iomap_table(pdev)[BAR_REGISTERS];
	add_map(device, "registers", start, PAGE_SIZE, true);
	return 0;
}

static int claim_memory(struct uio_ivshmem *device, u64 start, u64 size)
{
	u64 end = start + size - 1;

	if (!size || end < start || !PAGE_ALIGNED(start) || !PAGE_ALIGNED(size)) {
		pci_err(device->pdev, "no usable shared memory\n");
		return -ENODEV;
	}
	if (!devm_request_mem_region(&device->pdev->dev, start, size, UIO_IVSHMEM_NAME)) {
		pci_err(device->pdev,
			"shared memory 0x%llx..0x%llx is in use, or is no reserved memory\n", start,
			end);
		return -EBUSY;
	}
	return 0;
}

static int find_classic(struct uio_ivshmem *device)
{
	u64 start = read_config64(device, IVSHMEM_CFG_SHMEM_PTR);
	u64 size = read_config64(device, IVSHMEM_CFG_SHMEM_SZ);

	add_map(device, "memory", start, size, true);
	return claim_memory(device, start, size);
}

static int find_capability(struct uio_ivshmem *device)
{
	u8 length = 0;

	device->capability = pci_find_capability(device->pdev, PCI_CAP_ID_VNDR);
	if (device->capability)
		pci_read_config_byte(device->pdev, device->capability + IVSHMEM_VNDR_LENGTH,
				     &length);
	if (length < IVSHMEM_VNDR_SIZE) {
		pci_err(device->pdev, "the device does not tell where its shared memory is\n");
		return -ENODEV;
	}
	return 0;
}

/* Another driver may have left it on. */
static void clear_one_shot(const struct uio_ivshmem *device)
{
	pci_write_config_byte(device->pdev, device->capability + IVSHMEM_VNDR_PRIVILEGED, 0);
}

/* In the order in which other drivers of these devices have them; names as well. */
static int find_revision2(struct uio_ivshmem *device)
{
	u32 id = readl(device->registers + IVSHMEM_ID);
	u32 peers = readl(device->registers + IVSHMEM_MAX_PEERS), state_size = 0;
	u64 start, common_size, output_size, outputs;
	int err = find_capability(device);

	if (err)
		return err;
	clear_one_shot(device);
	pci_read_config_dword(device->pdev, device->capability + IVSHMEM_VNDR_STATE_SIZE,
			      &state_size);
	common_size = read_config64(device, device->capability + IVSHMEM_VNDR_RW_SIZE);
	output_size = read_config64(device, device->capability + IVSHMEM_VNDR_OUTPUT_SIZE);
	start = read_config64(device, device->capability + IVSHMEM_VNDR_ADDRESS);
	outputs = start + state_size + common_size;
	if (peers > IVSHMEM_PEERS_LIMIT || id >= peers || !PAGE_ALIGNED(state_size) ||
	    !PAGE_ALIGNED(common_size) || !PAGE_ALIGNED(output_size) || common_size > U64_MAX / 2 ||
	    output_size > U64_MAX / (4 * IVSHMEM_PEERS_LIMIT)) {
		pci_err(device->pdev, "peers or sizes of the shared memory make no sense\n");
		return -ENODEV;
	}
	add_map(device, "state_table", start, state_size, false);
	add_map(device, "rw_section", start + state_size, common_size, true);
	add_map(device, "input_sections", outputs, peers * output_size, false);
	add_map(device, "output_section", outputs + id * output_size, output_size, true);
	return claim_memory(device, start, state_size + common_size + peers * output_size);
}

int uio_ivshmem_find_maps(struct uio_ivshmem *device)
{
	int err = find_registers(device);

	if (err)
		return err;
	return device->classic ? find_classic(device) : find_revision2(device);
}

/*
 * Remembers through which file memory is mapped. There is one for each device node, and one node
 * is all that devtmpfs makes.
 */
static int remember_mapping(struct uio_ivshmem *device, struct address_space *mapping)
{
	if (!device->mapping) {
		ihold(mapping->host);
		device->mapping = mapping;
	}
	return device->mapping == mapping ? 0 : -EBUSY;
}

int uio_ivshmem_mmap(struct uio_info *info, struct vm_area_struct *vma)
{
	struct uio_ivshmem *device = info->priv;
	unsigned long map = vma->vm_pgoff;
	int err;

	if (!(device->writable_maps & BIT(map))) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		kernel_vm_flags_clear(vma, VM_MAYWRITE);
	}
	err = remember_mapping(device, vma->vm_file->f_mapping);
	if (err)
		return err;
	if (map == 0)
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, info->mem[map].addr >> PAGE_SHIFT,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

void uio_ivshmem_unmap_all(struct uio_ivshmem *device)
{
	if (!device->mapping)
		return;
	unmap_mapping_range(device->mapping, 0, 0, 1);
	iput(device->mapping->host);
}
