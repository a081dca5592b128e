/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What lwIP includes as its hooks where there are sockets; nothing else of it may be known there.
 */
#ifndef LWIP_PORT_SOCKET_HOOKS_H
#define LWIP_PORT_SOCKET_HOOKS_H

#include "socket-closing.h"
#include "socket-options.h"

#endif /* LWIP_PORT_SOCKET_HOOKS_H */
