/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * chat in the virtual machine, three cells with a link to root each; root connects these by a bridge,
 * or is a member of its own. This one is on CPU 1 with the second UART, its link is 00:0e.0.
 */
#define CELL_NAME         "chat"
#define CELL_CPU          1
#define CELL_UART         0x2f8
#define CELL_RAM          0x58000000
#define CELL_RAM_SIZE     0x01000000
#define ROOT_LINK         0x0070
#define ROOT_LINK_MEMORY  0x5f000000
#define ROOT_LINK_CLASSIC 0

#include "root-link.h"
