/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The demo's protocol. Each peer has a board, which it alone writes: at the start of its output
 * section (revision 2) or of its half of the memory (classic). All numbers are little-endian.
 *
 * A peer that is no demo may just put a text, which ends with a zero byte, to the start of its
 * section and ring: the answer is a text on the demo's board, and a ring.
 */
#ifndef IVSHMEM_DEMO_BOARD_H
#define IVSHMEM_DEMO_BOARD_H

#include <jailhouse/ivshmem.h>
#include <jailhouse/types.h>

#define BOARD_TEXT_SIZE 256
#define BOARD_SIGNATURE 0x31304f4d45445649ULL /* "IVDEMO01" */

struct board {
	char text[BOARD_TEXT_SIZE];
	/* BOARD_SIGNATURE: the peer is a demo, and the rest is valid. */
	u64 signature;
	/* Interrupts taken by vector, and rings sent by target */
	u64 received[IVSHMEM_VECTORS_LIMIT];
	u64 rung[IVSHMEM_PEERS_LIMIT];
	/*
	 * Whoever changes request[peer] and rings wants to be answered: the peer copies the value to
	 * its answer[] and rings back. Whoever changes sequence[peer] and rings wants that to be noted,
	 * in the peer's seen[], and no ring.
	 */
	u32 request[IVSHMEM_PEERS_LIMIT];
	u32 answer[IVSHMEM_PEERS_LIMIT];
	u32 sequence[IVSHMEM_PEERS_LIMIT];
	u32 seen[IVSHMEM_PEERS_LIMIT];
};

#endif /* IVSHMEM_DEMO_BOARD_H */
