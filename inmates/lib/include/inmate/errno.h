/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * errno, each thread its own. The library's functions return their errors and do not touch it.
 */
#ifndef INMATE_ERRNO_H
#define INMATE_ERRNO_H

#include <jailhouse/errno.h>

/* Linux's values, as in jailhouse/errno.h */
#ifndef EDEADLK
#define EDEADLK 35
#endif

/* Where errno of the running thread is; before thread_init and on other CPUs, that of the CPU. */
int *thread_errno(void);

#ifndef errno
#define errno (*thread_errno())
#endif

#endif /* INMATE_ERRNO_H */
