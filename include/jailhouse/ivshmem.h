/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The ivshmem device, both kinds: registers. All are little-endian; those in BARs are accessed in 32
 * bits. For configurations see ivshmem-config.h.
 */
#ifndef JAILHOUSE_IVSHMEM_H
#define JAILHOUSE_IVSHMEM_H

#include <jailhouse/cell-config.h>

/* Classic device: configuration space */
#define IVSHMEM_CLASSIC_VENDOR_ID 0x1af4
#define IVSHMEM_CLASSIC_DEVICE_ID 0x1110
#define IVSHMEM_CFG_SHMEM_PTR     0x40 /* 64-bit: guest-physical address of the shared memory */
#define IVSHMEM_CFG_SHMEM_SZ      0x48 /* 64-bit: its size in bytes */

/* Classic device: registers in BAR0; MSI-X table and PBA are in BAR4 */
#define IVSHMEM_CLASSIC_INTX_CTRL   0x00
#define IVSHMEM_CLASSIC_INTR_STATUS 0x04
#define IVSHMEM_CLASSIC_IVPOSITION  0x08 /* read: own ID, 0 or 1 */
#define IVSHMEM_CLASSIC_DOORBELL    0x0c /* write, any value: vector 0 of the peer */
#define IVSHMEM_CLASSIC_LSTATE      0x10 /* own state; a write rings the peer */
#define IVSHMEM_CLASSIC_RSTATE      0x14 /* read: state of the peer, 0 if there is none */

/* Revision 2: configuration space, offsets in the vendor specific capability */
#define IVSHMEM_VENDOR_ID          0x110a
#define IVSHMEM_DEVICE_ID          0x4106
#define IVSHMEM_VNDR_LENGTH        0x02 /* 8-bit: bytes of the capability */
#define IVSHMEM_VNDR_PRIVILEGED    0x03 /* 8-bit */
#define IVSHMEM_PRIVILEGED_ONESHOT 0x01
#define IVSHMEM_VNDR_STATE_SIZE    0x04 /* 32-bit: bytes of the state table */
#define IVSHMEM_VNDR_RW_SIZE       0x08 /* 64-bit: bytes of the common section */
#define IVSHMEM_VNDR_OUTPUT_SIZE   0x10 /* 64-bit: bytes of each output section */
#define IVSHMEM_VNDR_ADDRESS       0x18 /* 64-bit: guest-physical address of the state table */
#define IVSHMEM_VNDR_SIZE          0x20

/* Revision 2: registers in BAR0; MSI-X table and PBA are in BAR1 */
#define IVSHMEM_ID                 0x00 /* read: own ID */
#define IVSHMEM_MAX_PEERS          0x04 /* read */
#define IVSHMEM_INT_CONTROL        0x08
#define IVSHMEM_INT_CONTROL_ENABLE 0x01
#define IVSHMEM_DOORBELL           0x0c /* write: target << 16 | vector */
#define IVSHMEM_STATE              0x10 /* own state; a new value raises vector 0 of all others */

#define IVSHMEM_DOORBELL_VALUE(target, vector) ((__u32)(target) << 16 | (vector))

/* What a configuration can have */
#define IVSHMEM_CLASSIC_PEERS 2
#define IVSHMEM_PEERS_LIMIT   16
#define IVSHMEM_VECTORS_LIMIT 16

/* Memory regions of a revision 2 channel, from shmem_regions_start on */
#define IVSHMEM_REGION_STATE     0
#define IVSHMEM_REGION_RW        1
#define IVSHMEM_REGION_OUTPUT(n) (2 + (n))

#endif /* JAILHOUSE_IVSHMEM_H */
