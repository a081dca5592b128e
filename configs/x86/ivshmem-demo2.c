/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The second cell of ivshmem-demo, on CPU 2 with the fourth UART.
 */
#define DEMO           2
#define DEMO_NAME      "ivshmem-demo2"
#define DEMO_UART      0x2e8
#define DEMO_WITH_ROOT 0

#include "ivshmem-demo.c"
