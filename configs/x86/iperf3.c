/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * iperf3 in the virtual machine, on CPU 1 with the second UART. Its links are net0, to root
 * (00:0e.0), and net1, to the cell of iperf3-peer.c (00:15.0).
 */
#define DEMO             1
#define DEMO_NAME        "iperf3"
#define DEMO_UART        0x2f8
#define DEMO_RAM         0x50000000
#define ROOT_LINK        0x0070
#define ROOT_LINK_MEMORY 0x5f000000
#define WITH_CLASSIC     0

#include "net-demo.c"
