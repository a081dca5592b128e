/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-ins for the hypervisor around the part under test.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor/console.h"
#include "hypervisor/page-pool.h"
#include "stubs.h"

#define WEAK __attribute__((weak))

char stub_printk_text[16384];
size_t stub_pages_used;
size_t stub_pages_limit = SIZE_MAX;

int stub_reset(void **state)
{
	(void)state;
	stub_printk_text[0] = '\0';
	stub_pages_limit = SIZE_MAX;
	return 0;
}

WEAK void printk(const char *format, ...)
{
	size_t used = strlen(stub_printk_text);
	va_list args;

	va_start(args, format);
	vsnprintf(stub_printk_text + used, sizeof(stub_printk_text) - used, format, args);
	va_end(args);
}

WEAK void *page_alloc(unsigned int num)
{
	void *pages;

	if (num == 0 || stub_pages_used + num > stub_pages_limit)
		return NULL;
	pages = aligned_alloc(PAGE_SIZE, num * PAGE_SIZE);
	if (!pages)
		return NULL;
	memset(pages, 0, num * PAGE_SIZE);
	stub_pages_used += num;
	return pages;
}

WEAK void page_free(void *pages, unsigned int num)
{
	if (!pages)
		return;
	free(pages);
	stub_pages_used -= num;
}
