/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The third cell of chat, on CPU 3. Its link is the classic device 00:10.0, its console is that of the
 * hypervisor.
 */
#define CELL_NAME         "chat3"
#define CELL_CPU          3
#define CELL_RAM          0x5a000000
#define CELL_RAM_SIZE     0x01000000
#define ROOT_LINK         0x0080
#define ROOT_LINK_MEMORY  0x5f200000
#define ROOT_LINK_CLASSIC 1

#include "root-link.h"
