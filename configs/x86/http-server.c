/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * http-server in the virtual machine: on CPU 1 with the second UART, its link to root is 00:0e.0.
 */
#define CELL_NAME         "http-server"
#define CELL_CPU          1
#define CELL_UART         0x2f8
#define CELL_RAM          0x5c000000
#define CELL_RAM_SIZE     0x02000000
#define ROOT_LINK         0x0070
#define ROOT_LINK_MEMORY  0x5f000000
#define ROOT_LINK_CLASSIC 0

#include "root-link.h"
