// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets tests in the root cell do what only a kernel can: touch any physical address or port, and
 * issue any hypercall on any CPU. Below /sys/kernel/debug/jailhouse_test:
 *
 *   command   write one line, then read the result (a number; for a write, 0):
 *               read WIDTH ADDRESS [COUNT]            COUNT times, the last value counts
 *               write WIDTH ADDRESS VALUE [COUNT]
 *               in WIDTH PORT
 *               out WIDTH PORT VALUE
 *               hypercall CPU NUMBER ARG1 ARG2
 *   buffer    memory for a hypercall to read; written at the file's position
 *   address   physical address of the buffer
 *
 * WIDTH is in bytes. A command that cannot be carried out fails the write.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <asm/asm.h>

#define LINE_SIZE    128
#define BUFFER_ORDER 5 /* twice the 16 pages that a configuration may have */
#define BUFFER_SIZE  (PAGE_SIZE << BUFFER_ORDER)

struct hypercall {
	u32 number;
	unsigned long arg1;
	unsigned long arg2;
};

static DEFINE_MUTEX(command_lock);
static struct dentry *folder;
static void *buffer;
static u64 buffer_address;
static u64 result;

static u64 read_width(void *p, unsigned int width)
{
	switch (width) {
	case 1:
		return READ_ONCE(*(u8 *)p);
	case 2:
		return READ_ONCE(*(u16 *)p);
	case 4:
		return READ_ONCE(*(u32 *)p);
	default:
		return READ_ONCE(*(u64 *)p);
	}
}

static void write_width(void *p, unsigned int width, u64 value)
{
	switch (width) {
	case 1:
		WRITE_ONCE(*(u8 *)p, value);
		break;
	case 2:
		WRITE_ONCE(*(u16 *)p, value);
		break;
	case 4:
		WRITE_ONCE(*(u32 *)p, value);
		break;
	default:
		WRITE_ONCE(*(u64 *)p, value);
	}
}

/* Maps width bytes at a physical address: Linux's own memory, or anything else. */
static void *map_address(u64 address, unsigned int width)
{
	if (width != 1 && width != 2 && width != 4 && width != 8)
		return NULL;
	if (page_is_ram(PHYS_PFN(address)))
		return memremap(address, width, MEMREMAP_WB);
	return (__force void *)ioremap(address, width);
}

static void unmap_address(u64 address, void *p)
{
	if (page_is_ram(PHYS_PFN(address)))
		memunmap(p);
	else
		iounmap((__force void __iomem *)p);
}

static int access_memory(bool write, unsigned int width, u64 address, u64 value, u64 count)
{
	void *p = map_address(address, width);

	if (!p)
		return -EINVAL;
	while (count-- > 0) {
		if (write)
			write_width(p, width, value);
		else
			result = read_width(p, width);
		cond_resched();
	}
	unmap_address(address, p);
	return 0;
}

static int access_port(bool write, unsigned int width, u16 port, u32 value)
{
	switch (width) {
	case 1:
		if (write)
			outb(value, port);
		else
			result = inb(port);
		return 0;
	case 2:
		if (write)
			outw(value, port);
		else
			result = inw(port);
		return 0;
	case 4:
		if (write)
			outl(value, port);
		else
			result = inl(port);
		return 0;
	default:
		return -EINVAL;
	}
}

/* Without a hypervisor the instruction faults, and the number stays in EAX: reported as -EIO. */
static long issue_hypercall(void *data)
{
	struct hypercall *call = data;
	bool done = false;
	int eax = call->number;

	asm volatile("1:	vmmcall\n"
		     "	movb $1, %1\n"
		     "2:\n" _ASM_EXTABLE(1b, 2b)
		     : "+a"(eax), "+m"(done)
		     : "D"(call->arg1), "S"(call->arg2)
		     : "memory", "cc");
	if (!done)
		return -EIO;
	result = (s64)eax;
	return 0;
}

static int hypercall_on(unsigned int cpu, struct hypercall *call)
{
	long err = -EINVAL;

	cpus_read_lock();
	if (cpu < nr_cpu_ids && cpu_online(cpu))
		err = work_on_cpu(cpu, issue_hypercall, call);
	cpus_read_unlock();
	return err;
}

static int execute(const char *line)
{
	unsigned int width, cpu;
	struct hypercall call;
	u64 where, value = 0, count = 1;

	if (sscanf(line, "read %u %lli %llu", &width, &where, &count) >= 2)
		return access_memory(false, width, where, 0, count);
	if (sscanf(line, "write %u %lli %lli %llu", &width, &where, &value, &count) >= 3)
		return access_memory(true, width, where, value, count);
	if (sscanf(line, "in %u %lli", &width, &where) == 2)
		return access_port(false, width, where, 0);
	if (sscanf(line, "out %u %lli %lli", &width, &where, &value) == 3)
		return access_port(true, width, where, value);
	if (sscanf(line, "hypercall %u %u %li %li", &cpu, &call.number, &call.arg1, &call.arg2) ==
	    4)
		return hypercall_on(cpu, &call);
	return -EINVAL;
}

static ssize_t command_write(struct file *file, const char __user *user, size_t len, loff_t *pos)
{
	char line[LINE_SIZE];
	int err;

	if (len >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, user, len))
		return -EFAULT;
	line[len] = 0;
	mutex_lock(&command_lock);
	result = 0;
	err = execute(line);
	mutex_unlock(&command_lock);
	return err ? err : len;
}

static ssize_t command_read(struct file *file, char __user *user, size_t len, loff_t *pos)
{
	char text[24];
	int n = scnprintf(text, sizeof(text), "%lld\n", (s64)result);

	return simple_read_from_buffer(user, len, pos, text, n);
}

static ssize_t buffer_write(struct file *file, const char __user *user, size_t len, loff_t *pos)
{
	if (len && *pos >= BUFFER_SIZE)
		return -ENOSPC;
	return simple_write_to_buffer(buffer, BUFFER_SIZE, pos, user, len);
}

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.write = command_write,
	.read = command_read,
};

static const struct file_operations buffer_fops = {
	.owner = THIS_MODULE,
	.write = buffer_write,
};

static int __init test_init(void)
{
	buffer = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, BUFFER_ORDER);
	if (!buffer)
		return -ENOMEM;
	buffer_address = virt_to_phys(buffer);
	folder = debugfs_create_dir("jailhouse_test", NULL);
	debugfs_create_file_unsafe("command", 0600, folder, NULL, &command_fops);
	debugfs_create_file_unsafe("buffer", 0200, folder, NULL, &buffer_fops);
	debugfs_create_x64("address", 0400, folder, &buffer_address);
	return 0;
}

static void __exit test_exit(void)
{
	debugfs_remove(folder);
	free_pages((unsigned long)buffer, BUFFER_ORDER);
}

module_init(test_init);
module_exit(test_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Raw accesses and hypercalls for the hypervisor's tests");
