/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Macros for cell configurations that expand to the memory regions and the PCI device of one end of
 * an ivshmem channel. The ends of a channel have the same bdf.
 */
#ifndef JAILHOUSE_IVSHMEM_CONFIG_H
#define JAILHOUSE_IVSHMEM_CONFIG_H

#include <jailhouse/cell-config.h>

/*
 * The memory region of one end of a classic channel. @shared: JAILHOUSE_MEM_ROOTSHARED if root is
 * at an end of the channel, else 0.
 */
#define JAILHOUSE_IVSHMEM_CLASSIC_REGION(start, bytes, shared)                 \
	{                                                                      \
		.phys_start = (start), .virt_start = (start), .size = (bytes), \
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | (shared),  \
	}

/* The device of one end. @region: index of its memory region; @protocol: JAILHOUSE_SHMEM_PROTO_*. */
#define JAILHOUSE_IVSHMEM_CLASSIC_DEVICE(address, region, protocol)                          \
	{                                                                                    \
		.type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = (address), .num_msix_vectors = 1, \
		.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_CLASSIC, .shmem_region = (region),    \
		.shmem_protocol = (protocol),                                                \
	}

/*
 * The memory regions of one end of a revision 2 channel, 2 + @peers of them: state table, common
 * section, output sections. @peers: a literal number, 2 to 16; @start: address of the state table;
 * @state_size, @rw_size, @output_size: bytes of the sections, whole pages; @id: of this end;
 * @shared: as above. @rw_size and @output_size may be 0.
 *
 * A network link has regions of its own: JAILHOUSE_SHMEM_NET_REGIONS.
 */
#define JAILHOUSE_IVSHMEM_REGIONS(peers, start, state_size, rw_size, output_size, id, shared)      \
	JAILHOUSE_IVSHMEM_SECTION(start, state_size, JAILHOUSE_MEM_READ | (shared)),               \
		JAILHOUSE_IVSHMEM_SECTION((start) + (state_size), rw_size,                         \
					  JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | (shared)),    \
		JAILHOUSE_IVSHMEM_OUTPUTS_##peers((start) + (state_size) + (rw_size), output_size, \
						  id, shared)

/* The device of one end. @first_region: index of the state table's region; @id: of this end. */
#define JAILHOUSE_IVSHMEM_DEVICE(address, first_region, id, peers, protocol, vectors)       \
	{                                                                                   \
		.type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = (address),                       \
		.num_msix_vectors = (vectors), .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_MSIX, \
		.shmem_regions_start = (first_region), .shmem_dev_id = (id),                \
		.shmem_peers = (peers), .shmem_protocol = (protocol),                       \
	}

/* Parts of the above */
#define JAILHOUSE_IVSHMEM_SECTION(start, bytes, access)                                          \
	{                                                                                        \
		.phys_start = (start), .virt_start = (start), .size = (bytes), .flags = (access) \
	}
#define JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, n)                                   \
	JAILHOUSE_IVSHMEM_SECTION(                                                              \
		(start) + (n) * (bytes), bytes,                                                 \
		((n) == (id) ? JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE : JAILHOUSE_MEM_READ) | \
			(shared))
#define JAILHOUSE_IVSHMEM_OUTPUTS_1(start, bytes, id, shared) \
	JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 0)
#define JAILHOUSE_IVSHMEM_OUTPUTS_2(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_1(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 1)
#define JAILHOUSE_IVSHMEM_OUTPUTS_3(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_2(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 2)
#define JAILHOUSE_IVSHMEM_OUTPUTS_4(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_3(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 3)
#define JAILHOUSE_IVSHMEM_OUTPUTS_5(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_4(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 4)
#define JAILHOUSE_IVSHMEM_OUTPUTS_6(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_5(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 5)
#define JAILHOUSE_IVSHMEM_OUTPUTS_7(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_6(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 6)
#define JAILHOUSE_IVSHMEM_OUTPUTS_8(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_7(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 7)
#define JAILHOUSE_IVSHMEM_OUTPUTS_9(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_8(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 8)
#define JAILHOUSE_IVSHMEM_OUTPUTS_10(start, bytes, id, shared) \
	JAILHOUSE_IVSHMEM_OUTPUTS_9(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 9)
#define JAILHOUSE_IVSHMEM_OUTPUTS_11(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_10(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 10)
#define JAILHOUSE_IVSHMEM_OUTPUTS_12(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_11(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 11)
#define JAILHOUSE_IVSHMEM_OUTPUTS_13(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_12(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 12)
#define JAILHOUSE_IVSHMEM_OUTPUTS_14(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_13(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 13)
#define JAILHOUSE_IVSHMEM_OUTPUTS_15(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_14(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 14)
#define JAILHOUSE_IVSHMEM_OUTPUTS_16(start, bytes, id, shared)  \
	JAILHOUSE_IVSHMEM_OUTPUTS_15(start, bytes, id, shared), \
		JAILHOUSE_IVSHMEM_OUTPUT(start, bytes, id, shared, 15)

#endif /* JAILHOUSE_IVSHMEM_CONFIG_H */
