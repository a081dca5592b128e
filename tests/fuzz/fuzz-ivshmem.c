/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzes the ivshmem device with sequences of accesses by several cells, beside a model that says
 * what must come of each.
 *
 * suite: ivshmem
 * sources: tests/unit/ivshmem-oracle.c tests/unit/ivshmem-cells.c hypervisor/ivshmem.c hypervisor/ivshmem-channel.c
 * sources: hypervisor/pci.c hypervisor/pci-physical.c hypervisor/pci-msi.c hypervisor/pci-msix.c
 * sources: hypervisor/pci-virtual.c hypervisor/pci-msix-virtual.c hypervisor/mmio.c
 */
#include <stdint.h>

#include "ivshmem-oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	oracle_run((const struct step *)data, size / sizeof(struct step));
	return 0;
}
