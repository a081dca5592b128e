/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <unistd.h> in an inmate: file descriptors are sockets.
 */
#ifndef LWIP_PORT_LIBC_UNISTD_H
#define LWIP_PORT_LIBC_UNISTD_H

#include <sys/types.h>

#include "lwip/sockets.h"

unsigned int sleep(unsigned int seconds);
int usleep(useconds_t microseconds);

/* 1 */
pid_t getpid(void);

/* Ends the program at once; see <stdlib.h> */
void __attribute__((noreturn)) _exit(int status);

#endif /* LWIP_PORT_LIBC_UNISTD_H */
