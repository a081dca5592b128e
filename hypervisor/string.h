/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of C11 7.24 that the hypervisor uses or the compiler calls.
 */
#ifndef HYPERVISOR_STRING_H
#define HYPERVISOR_STRING_H

#include <stddef.h>

void *memcpy(void *dest, const void *src, size_t num);
void *memset(void *dest, int byte, size_t num);
int memcmp(const void *a, const void *b, size_t num);

#endif /* HYPERVISOR_STRING_H */
