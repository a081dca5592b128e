/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The file system of lwIP's HTTP server, with nothing in it: pages come from fs_open_custom().
 */
#ifndef LWIP_PORT_HTTPD_NO_FILES_H
#define LWIP_PORT_HTTPD_NO_FILES_H

#define FS_ROOT NULL

#endif /* LWIP_PORT_HTTPD_NO_FILES_H */
