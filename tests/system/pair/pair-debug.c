// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files below debugfs for tests that play a peer of an end: "memory" (both sections, read and
 * write), "state0", "state1" (write: as the end itself would), and "ring" (write the number of the
 * end to be interrupted for frames).
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "pair.h"

static struct dentry *folder;

static ssize_t memory_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	return simple_read_from_buffer(to, size, offset, pair.memory, PAIR_ENDS * pair.section);
}

static ssize_t memory_write(struct file *file, const char __user *from, size_t size, loff_t *offset)
{
	return simple_write_to_buffer(pair.memory, PAIR_ENDS * pair.section, offset, from, size);
}

static const struct file_operations memory_fops = {
	.owner = THIS_MODULE,
	.read = memory_read,
	.write = memory_write,
	.llseek = default_llseek,
};

static int state_get(void *data, u64 *value)
{
	*value = READ_ONCE(pair.ends[(unsigned long)data].state);
	return 0;
}

static int state_set(void *data, u64 value)
{
	pair_set_state((unsigned long)data, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(state_fops, state_get, state_set, "%llu\n");

static int ring_set(void *data, u64 id)
{
	if (id >= PAIR_ENDS)
		return -EINVAL;
	pair_interrupt(id, pair_vectors - 1);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(ring_fops, NULL, ring_set, "%llu\n");

void pair_debug_init(void)
{
	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("memory", 0600, folder, NULL, &memory_fops);
	debugfs_create_file_unsafe("state0", 0600, folder, (void *)0, &state_fops);
	debugfs_create_file_unsafe("state1", 0600, folder, (void *)1, &state_fops);
	debugfs_create_file_unsafe("ring", 0200, folder, NULL, &ring_fops);
}

void pair_debug_exit(void)
{
	debugfs_remove_recursive(folder);
}
