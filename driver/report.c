// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the reason why the last request was refused.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>

#include "report.h"

static DEFINE_SPINLOCK(report_lock);
static char last_reason[256];

int refuse(int error, const char *format, ...)
{
	char reason[sizeof(last_reason)];
	unsigned long flags;
	va_list args;

	va_start(args, format);
	vscnprintf(reason, sizeof(reason), format, args);
	va_end(args);

	pr_err("%s\n", reason);
	spin_lock_irqsave(&report_lock, flags);
	memcpy(last_reason, reason, sizeof(last_reason));
	spin_unlock_irqrestore(&report_lock, flags);
	return error;
}

void report_clear(void)
{
	unsigned long flags;

	spin_lock_irqsave(&report_lock, flags);
	last_reason[0] = '\0';
	spin_unlock_irqrestore(&report_lock, flags);
}

ssize_t report_show(char *buf)
{
	char reason[sizeof(last_reason)];
	unsigned long flags;

	spin_lock_irqsave(&report_lock, flags);
	memcpy(reason, last_reason, sizeof(reason));
	spin_unlock_irqrestore(&report_lock, flags);
	return sysfs_emit(buf, "%s\n", reason);
}
