/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The second cell of net-demo, on CPU 2 with the fourth UART.
 */
#define DEMO             2
#define DEMO_NAME        "net-demo2"
#define DEMO_UART        0x2e8
#define DEMO_RAM         0x4c000000
#define ROOT_LINK        0x0078
#define ROOT_LINK_MEMORY 0x5f100000
#define WITH_CLASSIC     0

#include "net-demo.c"
