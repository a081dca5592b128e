/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What a peer must not do.
 */
#ifndef IVSHMEM_DEMO_RULES_H
#define IVSHMEM_DEMO_RULES_H

#include "channel.h"

/*
 * Breaks the rule @name: "output" writes to the output section of @peer, "table" to its entry in
 * the state table (both revision 2). The hypervisor should stop the cell; if not, it says so.
 */
void rule_break(struct channel *channel, const char *name, unsigned int peer);

#endif /* IVSHMEM_DEMO_RULES_H */
