// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the ring in which the hypervisor keeps its console's text (jailhouse/header.h). It raises
 * no interrupt: while somebody waits, the end of the text is looked at regularly.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/ctype.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "console.h"
#include "report.h"

#define POLL_INTERVAL (HZ / 20)

/* Written to and read from only with @lock, except for what waiters need. */
static struct {
	struct rw_semaphore lock;
	bool running;
	bool permitted;
	/* Number of the run, so that readers notice a new one. */
	unsigned int run;
	const struct jailhouse_virt_console *live;
	/* Text of the last run, for those who have not read all of it. */
	struct jailhouse_virt_console last;
	/* Only the poll work uses it. */
	u32 polled_tail;
	/* Changes when there may be something new. */
	atomic_t events;
	wait_queue_head_t wait;
} console = {
	.lock = __RWSEM_INITIALIZER(console.lock),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(console.wait),
};

struct console_reader {
	struct mutex lock;
	unsigned int run;
	/* Number of the next byte in the run's text, modulo 2^32. */
	u32 position;
};

static void console_poll_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(poll_work, console_poll_work);

static void notify_waiters(void)
{
	atomic_inc(&console.events);
	wake_up_interruptible_all(&console.wait);
}

static void console_poll_work(struct work_struct *work)
{
	bool changed = false;
	bool running;

	down_read(&console.lock);
	running = console.running && console.permitted;
	if (running && console.polled_tail != console.live->tail) {
		console.polled_tail = console.live->tail;
		changed = true;
	}
	up_read(&console.lock);

	if (changed)
		notify_waiters();
	if (running && waitqueue_active(&console.wait))
		schedule_delayed_work(&poll_work, POLL_INTERVAL);
}

int console_map(phys_addr_t phys, bool permitted)
{
	const struct jailhouse_virt_console *live;

	live = memremap(phys, sizeof(*live), MEMREMAP_WB);
	if (!live)
		return refuse(-ENOMEM, "console of the hypervisor cannot be mapped");

	down_write(&console.lock);
	console.live = live;
	console.permitted = permitted;
	console.run++;
	console.last.tail = 0;
	up_write(&console.lock);
	return 0;
}

void console_unmap(void)
{
	void *live;

	down_write(&console.lock);
	live = (void *)console.live;
	console.live = NULL;
	up_write(&console.lock);
	memunmap(live);
}

void console_exit(void)
{
	cancel_delayed_work_sync(&poll_work);
}

void console_start(void)
{
	down_write(&console.lock);
	console.running = true;
	up_write(&console.lock);
	notify_waiters();
}

void console_stop(void)
{
	down_write(&console.lock);
	console.running = false;
	if (console.permitted)
		memcpy(&console.last, console.live, sizeof(console.last));
	up_write(&console.lock);
	notify_waiters();
}

static u32 bytes_after(const struct jailhouse_virt_console *text, u32 position)
{
	return READ_ONCE(text->tail) - position;
}

/* Skips text that is overwritten already; returns how much. */
static u32 skip_lost(const struct jailhouse_virt_console *text, u32 *position)
{
	u32 available = bytes_after(text, *position);

	if (available <= JAILHOUSE_CONSOLE_CONTENT_SIZE)
		return 0;
	*position += available - JAILHOUSE_CONSOLE_CONTENT_SIZE;
	return available - JAILHOUSE_CONSOLE_CONTENT_SIZE;
}

/*
 * Copies text that may be overwritten just now; then the caller finds @position lost, and none of
 * the copy counts.
 */
static size_t copy_text(const struct jailhouse_virt_console *text, u32 position, char *buf,
			size_t size)
{
	size_t length = min_t(size_t, size, bytes_after(text, position));
	size_t n;

	/* The text is read after its end was, and ... */
	smp_rmb();
	for (n = 0; n < length; n++)
		buf[n] = text->content[(position + n) % JAILHOUSE_CONSOLE_CONTENT_SIZE];
	/* ... before the end is looked at again. */
	smp_rmb();
	return length;
}

/* Returns the length of text or note, 0 if there is nothing. */
static size_t next_text(const struct jailhouse_virt_console *text, u32 *position, char *buf,
			size_t size)
{
	size_t length;
	u32 lost;

	lost = skip_lost(text, position);
	if (!lost) {
		length = copy_text(text, *position, buf, size);
		lost = skip_lost(text, position);
		if (!lost) {
			*position += length;
			return length;
		}
	}
	return scnprintf(buf, size, "<missed %u bytes of console log>\n", lost);
}

/* As console_read, but never waits. */
static ssize_t reader_fetch(struct console_reader *reader, char *buf, size_t size)
{
	ssize_t length;

	down_read(&console.lock);
	if (console.running) {
		if (reader->run != console.run) {
			reader->run = console.run;
			reader->position = 0;
		}
		length = console.permitted ? next_text(console.live, &reader->position, buf, size)
					   : -EPERM;
	} else {
		length = console.permitted && reader->run == console.run
				 ? next_text(&console.last, &reader->position, buf, size)
				 : 0;
		if (!length)
			length = -EAGAIN;
	}
	up_read(&console.lock);
	return length;
}

static ssize_t reader_fetch_or_wait(struct console_reader *reader, char *buf, size_t size,
				    bool nonblock)
{
	ssize_t length;
	long left;
	int events;

	/* That there is new text is no event: it is looked for again after the interval. */
	for (;;) {
		events = atomic_read(&console.events);
		length = reader_fetch(reader, buf, size);
		if (nonblock || (length && length != -EAGAIN))
			return length;
		left = wait_event_interruptible_timeout(
			console.wait, atomic_read(&console.events) != events,
			length == -EAGAIN ? MAX_SCHEDULE_TIMEOUT : POLL_INTERVAL);
		if (left < 0)
			return left;
	}
}

struct console_reader *console_open(void)
{
	struct console_reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL);

	if (!reader)
		return NULL;
	mutex_init(&reader->lock);
	down_read(&console.lock);
	reader->run = console.run;
	if (!console.running)
		reader->position = console.last.tail;
	up_read(&console.lock);
	return reader;
}

void console_close(struct console_reader *reader)
{
	kfree(reader);
}

ssize_t console_read(struct console_reader *reader, char __user *to, size_t size, bool nonblock)
{
	size_t buf_size = min_t(size_t, size, PAGE_SIZE);
	ssize_t length;
	char *buf;

	if (!size)
		return 0;
	buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;

	length = mutex_lock_interruptible(&reader->lock);
	if (!length) {
		length = reader_fetch_or_wait(reader, buf, buf_size, nonblock);
		mutex_unlock(&reader->lock);
	}
	if (length > 0 && copy_to_user(to, buf, length))
		length = -EFAULT;
	kfree(buf);
	return length;
}

__poll_t console_poll(struct console_reader *reader, struct file *file, poll_table *wait)
{
	__poll_t events = 0;

	poll_wait(file, &console.wait, wait);
	schedule_delayed_work(&poll_work, POLL_INTERVAL);

	down_read(&console.lock);
	if (console.running && !console.permitted)
		events = EPOLLERR;
	else if (console.running &&
		 (reader->run != console.run || bytes_after(console.live, reader->position)))
		events = EPOLLIN | EPOLLRDNORM;
	else if (!console.running && reader->run == console.run &&
		 bytes_after(&console.last, reader->position))
		events = EPOLLIN | EPOLLRDNORM;
	up_read(&console.lock);
	return events;
}

static u32 newest_position(const struct jailhouse_virt_console *text, u32 size)
{
	return text->tail - min_t(u32, text->tail, size);
}

ssize_t console_show_newest(char *buf)
{
	ssize_t length;
	u32 position;

	down_read(&console.lock);
	if (!console.running) {
		length = -EAGAIN;
	} else if (!console.permitted) {
		length = -EPERM;
	} else {
		position = newest_position(console.live, PAGE_SIZE - 1);
		length = copy_text(console.live, position, buf, PAGE_SIZE - 1);
	}
	up_read(&console.lock);
	return length;
}

/* A copy of the text from @position on, to be freed; NULL if there is no memory. */
static char *text_since(const struct jailhouse_virt_console *text, u32 position)
{
	char *copy = kzalloc(JAILHOUSE_CONSOLE_CONTENT_SIZE + 1, GFP_KERNEL);

	if (!copy)
		return NULL;
	skip_lost(text, &position);
	copy_text(text, position, copy, JAILHOUSE_CONSOLE_CONTENT_SIZE);
	return copy;
}

/* Cells write to the console too: only what is printable goes into the kernel log. */
static void store_line(const char *from, char line[CONSOLE_LINE_SIZE])
{
	size_t n;

	for (n = 0; from[n] && n < CONSOLE_LINE_SIZE - 1; n++)
		line[n] = isascii(from[n]) && isprint(from[n]) ? from[n] : '?';
	line[n] = '\0';
}

bool console_log(const struct jailhouse_virt_console *text, const char *prefix,
		 char line[CONSOLE_LINE_SIZE])
{
	char *copy = text_since(text, 0);
	char *rest = copy;
	bool found = false;
	char *part;

	line[0] = '\0';
	while ((part = strsep(&rest, "\r\n"))) {
		if (!*part)
			continue;
		pr_info("hypervisor: %s\n", part);
		if (!found)
			store_line(part, line);
		found = found || strstarts(part, prefix);
	}
	kfree(copy);
	return line[0];
}

static bool find_line(const struct jailhouse_virt_console *text, u32 position, const char *prefix,
		      char line[CONSOLE_LINE_SIZE])
{
	char *copy = text_since(text, position);
	char *rest = copy;
	char *part;

	do {
		part = strsep(&rest, "\r\n");
	} while (part && !strstarts(part, prefix));
	if (part)
		store_line(part, line);
	kfree(copy);
	return part;
}

u32 console_position(void)
{
	u32 position = 0;

	down_read(&console.lock);
	if (console.running && console.permitted)
		position = console.live->tail;
	up_read(&console.lock);
	return position;
}

bool console_find_line(u32 position, const char *prefix, char line[CONSOLE_LINE_SIZE])
{
	bool found = false;

	down_read(&console.lock);
	if (console.running && console.permitted)
		found = find_line(console.live, position, prefix, line);
	up_read(&console.lock);
	return found;
}
