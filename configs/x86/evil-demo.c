/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * evil-demo in the place of the first cell of net-demo, with all its links: to root, revision 2
 * (00:0e.0) and classic (00:10.0), and to the second cell (00:15.0).
 */
#define DEMO             1
#define DEMO_NAME        "evil-demo"
#define DEMO_UART        0x2f8
#define DEMO_RAM         0x48000000
#define ROOT_LINK        0x0070
#define ROOT_LINK_MEMORY 0x5f000000
#define WITH_CLASSIC     1

#include "net-demo.c"
