/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gives the inmates' string functions other names than those of the C library, for their test.
 */
#ifndef TESTS_UNIT_INMATE_STRING_NAMES_H
#define TESTS_UNIT_INMATE_STRING_NAMES_H

#define memcpy  inmate_memcpy
#define memmove inmate_memmove
#define memset  inmate_memset
#define memcmp  inmate_memcmp
#define memchr  inmate_memchr
#define strlen  inmate_strlen
#define strnlen inmate_strnlen
#define strcmp  inmate_strcmp
#define strncmp inmate_strncmp
#define strchr  inmate_strchr
#define strrchr inmate_strrchr
#define strstr  inmate_strstr

#endif /* TESTS_UNIT_INMATE_STRING_NAMES_H */
