/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The second cell of chat, on CPU 2 with the fourth UART; its link is 00:0f.0.
 */
#define CELL_NAME         "chat2"
#define CELL_CPU          2
#define CELL_UART         0x2e8
#define CELL_RAM          0x59000000
#define CELL_RAM_SIZE     0x01000000
#define ROOT_LINK         0x0078
#define ROOT_LINK_MEMORY  0x5f100000
#define ROOT_LINK_CLASSIC 0

#include "root-link.h"
