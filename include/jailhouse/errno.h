/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Error numbers that hypercalls return (negated), with Linux's values. For code that has no
 * errno.h of its own.
 */
#ifndef JAILHOUSE_ERRNO_H
#define JAILHOUSE_ERRNO_H

#ifndef EPERM
#define EPERM     1
#define ENOENT    2
#define EIO       5
#define E2BIG     7
#define EAGAIN    11
#define ENOMEM    12
#define EBUSY     16
#define EEXIST    17
#define ENODEV    19
#define EINVAL    22
#define ENOSYS    38
#define ETIMEDOUT 110
#endif

#endif /* JAILHOUSE_ERRNO_H */
