/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-ins for what the parts under test call in the hypervisor: printk() collects its text,
 * page_alloc() takes from malloc. All are weak: a test or a source that brings the real one wins.
 */
#ifndef TESTS_UNIT_STUBS_H
#define TESTS_UNIT_STUBS_H

#include <stddef.h>

/* Everything that printk() was given since stub_reset(), as one string; the end of it is lost when
 * it grows too long.
 */
extern char stub_printk_text[16384];

/* Pages handed out by page_alloc() and not given back. */
extern size_t stub_pages_used;

/* page_alloc() returns NULL once this many pages are in use; default: no limit. */
extern size_t stub_pages_limit;

/* Forgets the printed text and the limit; fits cmocka's set-up functions. */
int stub_reset(void **state);

#endif /* TESTS_UNIT_STUBS_H */
