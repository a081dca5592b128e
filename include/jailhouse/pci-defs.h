/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Capability IDs of the PCI Local Bus and PCI Express specifications, under the names that cell
 * configurations use. In the kernel, Linux has its own.
 */
#ifndef JAILHOUSE_PCI_DEFS_H
#define JAILHOUSE_PCI_DEFS_H

#ifndef __KERNEL__

#define PCI_CAP_ID_PM     0x01 /* power management */
#define PCI_CAP_ID_AGP    0x02
#define PCI_CAP_ID_VPD    0x03 /* vital product data */
#define PCI_CAP_ID_SLOTID 0x04
#define PCI_CAP_ID_MSI    0x05
#define PCI_CAP_ID_CHSWP  0x06 /* CompactPCI hot swap */
#define PCI_CAP_ID_PCIX   0x07
#define PCI_CAP_ID_HT     0x08 /* HyperTransport */
#define PCI_CAP_ID_VNDR   0x09 /* vendor specific */
#define PCI_CAP_ID_DBG    0x0a /* debug port */
#define PCI_CAP_ID_CCRC   0x0b
#define PCI_CAP_ID_SHPC   0x0c /* hot-plug controller */
#define PCI_CAP_ID_SSVID  0x0d /* bridge subsystem ID */
#define PCI_CAP_ID_AGP3   0x0e
#define PCI_CAP_ID_SECDEV 0x0f /* secure device, AMD IOMMU among them */
#define PCI_CAP_ID_EXP    0x10 /* PCI Express */
#define PCI_CAP_ID_MSIX   0x11
#define PCI_CAP_ID_SATA   0x12
#define PCI_CAP_ID_AF     0x13 /* advanced features */
#define PCI_CAP_ID_EA     0x14 /* enhanced allocation */

/* Set in jailhouse_pci_capability.id for capabilities at 0x100 and up. */
#define JAILHOUSE_PCI_EXT_CAP 0x8000

#define PCI_EXT_CAP_ID_ERR     (JAILHOUSE_PCI_EXT_CAP | 0x01)
#define PCI_EXT_CAP_ID_VC      (JAILHOUSE_PCI_EXT_CAP | 0x02)
#define PCI_EXT_CAP_ID_DSN     (JAILHOUSE_PCI_EXT_CAP | 0x03)
#define PCI_EXT_CAP_ID_PWR     (JAILHOUSE_PCI_EXT_CAP | 0x04)
#define PCI_EXT_CAP_ID_RCLD    (JAILHOUSE_PCI_EXT_CAP | 0x05)
#define PCI_EXT_CAP_ID_RCILC   (JAILHOUSE_PCI_EXT_CAP | 0x06)
#define PCI_EXT_CAP_ID_RCEC    (JAILHOUSE_PCI_EXT_CAP | 0x07)
#define PCI_EXT_CAP_ID_MFVC    (JAILHOUSE_PCI_EXT_CAP | 0x08)
#define PCI_EXT_CAP_ID_VC9     (JAILHOUSE_PCI_EXT_CAP | 0x09)
#define PCI_EXT_CAP_ID_RCRB    (JAILHOUSE_PCI_EXT_CAP | 0x0a)
#define PCI_EXT_CAP_ID_VNDR    (JAILHOUSE_PCI_EXT_CAP | 0x0b)
#define PCI_EXT_CAP_ID_CAC     (JAILHOUSE_PCI_EXT_CAP | 0x0c)
#define PCI_EXT_CAP_ID_ACS     (JAILHOUSE_PCI_EXT_CAP | 0x0d)
#define PCI_EXT_CAP_ID_ARI     (JAILHOUSE_PCI_EXT_CAP | 0x0e)
#define PCI_EXT_CAP_ID_ATS     (JAILHOUSE_PCI_EXT_CAP | 0x0f)
#define PCI_EXT_CAP_ID_SRIOV   (JAILHOUSE_PCI_EXT_CAP | 0x10)
#define PCI_EXT_CAP_ID_MRIOV   (JAILHOUSE_PCI_EXT_CAP | 0x11)
#define PCI_EXT_CAP_ID_MCAST   (JAILHOUSE_PCI_EXT_CAP | 0x12)
#define PCI_EXT_CAP_ID_PRI     (JAILHOUSE_PCI_EXT_CAP | 0x13)
#define PCI_EXT_CAP_ID_AMD_XXX (JAILHOUSE_PCI_EXT_CAP | 0x14)
#define PCI_EXT_CAP_ID_REBAR   (JAILHOUSE_PCI_EXT_CAP | 0x15)
#define PCI_EXT_CAP_ID_DPA     (JAILHOUSE_PCI_EXT_CAP | 0x16)
#define PCI_EXT_CAP_ID_TPH     (JAILHOUSE_PCI_EXT_CAP | 0x17)
#define PCI_EXT_CAP_ID_LTR     (JAILHOUSE_PCI_EXT_CAP | 0x18)
#define PCI_EXT_CAP_ID_SECPCI  (JAILHOUSE_PCI_EXT_CAP | 0x19)
#define PCI_EXT_CAP_ID_PMUX    (JAILHOUSE_PCI_EXT_CAP | 0x1a)
#define PCI_EXT_CAP_ID_PASID   (JAILHOUSE_PCI_EXT_CAP | 0x1b)
#define PCI_EXT_CAP_ID_DPC     (JAILHOUSE_PCI_EXT_CAP | 0x1d)
#define PCI_EXT_CAP_ID_L1SS    (JAILHOUSE_PCI_EXT_CAP | 0x1e)
#define PCI_EXT_CAP_ID_PTM     (JAILHOUSE_PCI_EXT_CAP | 0x1f)
#define PCI_EXT_CAP_ID_DVSEC   (JAILHOUSE_PCI_EXT_CAP | 0x23)
#define PCI_EXT_CAP_ID_DLF     (JAILHOUSE_PCI_EXT_CAP | 0x25)
#define PCI_EXT_CAP_ID_PL_16GT (JAILHOUSE_PCI_EXT_CAP | 0x26)

#endif /* !__KERNEL__ */

#endif /* JAILHOUSE_PCI_DEFS_H */
