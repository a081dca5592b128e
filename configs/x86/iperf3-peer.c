/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A second cell for iperf3, on CPU 2 with the fourth UART. Its links are net0, to root (00:0f.0),
 * and net1, to the cell of iperf3.c (00:15.0).
 */
#define DEMO             2
#define DEMO_NAME        "iperf3-peer"
#define DEMO_UART        0x2e8
#define DEMO_RAM         0x54000000
#define ROOT_LINK        0x0078
#define ROOT_LINK_MEMORY 0x5f100000
#define WITH_CLASSIC     0

#include "net-demo.c"
